# The benchmark's query in pandas on the fixed-width file: python3 read_fwf.py FILE
# Columns as in datasets/codebooks/ncands-child.csv, counted from 0.
import sys

import pandas as pd

PLACES = {"STATERR": (4, 6), "RPTDISP": (51, 53), "CHAGE": (62, 64), "CHSEX": (72, 73), "CHMAL1": (87, 88)}
LABELS = ["0", "1-5", "6-10", "11-13", "14-15", "16-17", "18-23", "24+"]

d = pd.read_fwf(sys.argv[1], colspecs=list(PLACES.values()), names=list(PLACES), dtype=str,
                keep_default_na=False)
d = d[d.RPTDISP.isin(["01", "02"])]
age = pd.to_numeric(d.CHAGE, errors="coerce")
group = pd.cut(age, [0, 1, 6, 11, 14, 16, 18, 24, 1000], right=False, labels=LABELS).astype(object)
d = d.assign(age_group=group.mask(age.isna() | (age == 99), "unknown").mask(age == 77, "unborn"),
             CHSEX=d.CHSEX.replace("", "(blank)"), CHMAL1=d.CHMAL1.replace("", "(blank)"))
for key, n in d.groupby(["STATERR", "age_group", "CHSEX", "CHMAL1"]).size().items():
    print(",".join(key), n, sep=",")
