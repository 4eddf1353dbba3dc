"""What brand and people say to each other beside the messages that sell: which records, in which order.

Belongs here: the logs of messages, consents, referrals and wishes of one world. Does not belong
here: the records themselves, which have modules of their own.
"""

from orchestration.lib.demo import consents, crm, referrals, template_log, wecom_messages
from orchestration.lib.demo.landing import Landing
from orchestration.lib.demo.world import World


def deliver_talk(world: World, landing: Landing) -> None:
    """Write them; nothing of it causes orders."""
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
