"""What brand and people say to each other and causes no orders: which records, in which order.

Belongs here: logs of messages, app and web events, consents, referrals and wishes of one world. Does not
belong here: the records themselves, which have modules of their own.
"""

from orchestration.lib.demo import (
    calls,
    consents,
    crm,
    referrals,
    site_events,
    social,
    template_log,
    wecom_messages,
)  # fmt: skip
from orchestration.lib.demo.landing import Landing
from orchestration.lib.demo.world import World


def deliver_talk(world: World, landing: Landing) -> None:
    """Write them."""
    people, identities, register = world.people, world.identities, world.register
    registered = crm.register_times(people, world.stream("registered"), world.clock.start_s)
    template_log.deliver_template_log(
        landing, world.templates, identities=identities, register=register,
        rng=world.stream("template log"),
    )  # fmt: skip
    wecom_messages.deliver_wecom_messages(
        landing, people=people, identities=identities, register=register, stores=world.stores,
        rng=world.stream("wecom messages"),
    )  # fmt: skip
    for visits in (world.app, world.web):
        site_events.deliver_site_events(
            landing, visits, identities=identities, register=register, products=world.products,
            rng=world.stream(f"{visits.channel} events"),
        )  # fmt: skip
    calls.deliver_calls(
        landing, world.calls, identities=identities, register=register,
        rng=world.stream("call outcomes"),
    )  # fmt: skip
    social.deliver_posts(landing, rng=world.stream("posts"))
    consents.deliver_consents(
        landing, people=people, identities=identities, register=register, registered=registered,
        rng=world.stream("consents"),
    )  # fmt: skip
    consents.deliver_erasure_requests(
        landing, people=people, identities=identities, register=register,
        rng=world.stream("erasure"),
    )  # fmt: skip
    referrals.deliver_referrals(
        landing, people=people, register=register, registered=registered,
        rng=world.stream("referrals"),
    )  # fmt: skip
