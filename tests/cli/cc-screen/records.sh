cat > r.csv <<'T'
id,sex,q,risk,truth
a,1,3,clear,1
b,1,0,none,0
c,2,2,possible,1
d,2,1,possible,0
e,2,0,none,1
f,1,,,1
g,1,4,clear,
h,2,0,none,0
i,1,1,possible,1
j,2,3,clear,0
T
