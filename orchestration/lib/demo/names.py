"""Names and e-mail addresses of the simulated people.

Belongs here: personal data that no contract declares, so it must never leave landing/.
"""

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo.native import sql_column
from orchestration.lib.demo.people import People

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "伟芳娜敏静丽强磊军勇艳杰娟涛超霞平刚桂英志明秀兰建华文博宇浩轩梓涵雨欣怡思嘉瑞晨"
    "俊凯琳婷雪梅玲慧颖倩蕾薇莉萍鹏飞龙海峰斌波辉亮健康宁朋佳琪诗韵若曦子墨承泽奕彤"
)


def draw_names(
    people: People, rng: np.random.Generator, con: duckdb.DuckDBPyConnection, *, seed: int
) -> tuple[pa.Array, pa.Array]:
    surname = pa.array(list(SURNAMES)).take(pa.array(rng.integers(0, len(SURNAMES), people.count)))
    given = pa.array(list(GIVEN))
    first = given.take(pa.array(rng.integers(0, len(GIVEN), people.count)))
    short = rng.random(people.count) < 0.12
    second = rng.integers(0, len(GIVEN), people.count)
    second = given.take(pa.array(second, mask=short))
    numbers = np.arange(people.count)
    host = pa.array(["qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "example.cn"])
    name = sql_column(con, "concat(a, b, c)", a=surname, b=first, c=second)
    local = f"md5('{seed}' || n)[1:7] || '.' || n"
    email = sql_column(
        con, f"{local} || '@' || host", n=numbers, host=host.take(pa.array(numbers % 6))
    )
    return name, email
