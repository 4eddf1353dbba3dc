{#
    Delivery days of an incremental model that must be built again, as a list of YYYY-MM-DD: loaded
    for the first time, loaded again from corrected files, gone, or built by other code or settings.
    Empty on the first build and on a full refresh.

    Args:
        relation: the model's own table, with channel, delivered_date and build_id.
        entity: entity of the channels whose loads count.
        settings: as in build_id.
#}
{% macro stale_delivery_days(relation, entity, settings) -%}
    {%- if not execute or should_full_refresh() or load_cached_relation(relation) is none -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set query %}
        with

        loaded as (

            select
                channel,
                dt as delivered_date,
                {{ build_id('load_id', settings) }} as build_id

            from {{ ref('int_run__loads') }}

            where entity = '{{ entity }}'
                and channel in ('{{ channels_with_feed(entity) | join("', '") }}')

        ),

        built as (

            select distinct channel, delivered_date, build_id from {{ relation }}

        )

        select distinct cast(coalesce(loaded.delivered_date, built.delivered_date) as string) as day

        from loaded
        full outer join built
            on loaded.channel = built.channel
            and loaded.delivered_date = built.delivered_date

        where loaded.build_id is distinct from built.build_id

        order by 1
    {% endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}
