#!/usr/bin/env python3
"""Counts made-up records by hand and compares every cell with what `casecount tally` says.

usage: tests/tally-by-hand.py CODEBOOK.csv FIRST_SEED LAST_SEED     (casecount on PATH, scratch files in .)

Written from the man page and the definition files, not from the C code: the rules stand here a
second time, in other words. Prints nothing but failures and a last line.
"""
import csv, datetime, gzip, io, itertools, random, subprocess, sys

NO, MAYBE, YES = 0, 1, 2
both, either = min, max


def neg(x):
    return YES - x


# --- what one field says ---------------------------------------------------------------------------
# A value is (state, thing): known, special (a code that is no quantity), unknown, blank, na, invalid.

def code(codes, unknown=(), blank='na'):
    def read(text):
        text = text.strip(' \t')
        if not text:
            return (blank, None)
        if not text.isdigit() or int(text) not in codes:
            return ('invalid', None)
        return ('unknown' if int(text) in unknown else 'known', int(text))
    read.show = lambda v: '%0*d' % (len(str(max(codes))), v[1]) if v[1] is not None else '(%s)' % v[0]
    return read


def integer(low, high, special=(), unknown=(), blank='blank'):
    def read(text):
        text = text.strip(' \t')
        if not text:
            return (blank, None)
        if not text.isdigit():
            return ('invalid', None)
        n = int(text)
        if n in unknown:
            return ('unknown', n)
        if n in special:
            return ('special', n)
        return ('known', n) if low <= n <= high else ('invalid', None)
    read.show = lambda v: '%0*d' % (len(str(high)), v[1]) if v[1] is not None else '(%s)' % v[0]
    return read


def date(layout, blank='blank'):
    def read(text):
        text = text.strip(' \t')
        if not text:
            return (blank, None)
        try:
            if len(text) != {'%m%d%Y': 8, '%Y%m%d': 8, '%Y%m': 6}[layout] or not text.isdigit():
                raise ValueError
            return ('known', datetime.datetime.strptime(text, layout).date())
        except ValueError:
            return ('invalid', None)
    return read


def word(text):
    text = text.strip(' \t')
    if text in ('(total)', '(blank)', '(invalid)'):
        return ('invalid', None)
    return ('known', text) if text else ('blank', None)


word.show = lambda v: v[1] if v[1] is not None else '(%s)' % v[0]


def within(value, wanted):
    if value[0] == 'na':
        return NO
    if value[0] in ('unknown', 'blank', 'invalid'):
        return MAYBE
    return YES if value[1] in wanted else NO


def compare(value, test):
    """A comparison as quantities: special codes cannot be compared."""
    if value[0] == 'na':
        return NO
    return (YES if test(value[1]) else NO) if value[0] == 'known' else MAYBE


def group_text(read, value):
    return '(blank)' if value[0] in ('na', 'blank') else read.show(value)


def truth_text(x):
    return ('no', 'unknown', 'yes')[x]


def last_if_unknown(value):
    """Earliest first, unusable last."""
    return (0, value[1]) if value[0] == 'known' else (1,)


def first(condition):
    """Where it is true comes first; unknown is no better than false."""
    return condition != YES


def fiscal(day):
    return day.year + (day.month >= 10)


# --- NCANDS Child File -----------------------------------------------------------------------------
LEVEL = code([1, 2, 3, 4, 5, 6, 7, 8, 88, 99], [99])
KIND = code(range(1, 10), [9])
YESNO = code([1, 2, 9], [9])
RACE = code([1, 2, 3, 9], [3, 9])
CHILD = {'SUBYR': integer(1900, 2099), 'STATERR': word, 'RPTID': word, 'CHID': word,
         'RPTDT': date('%m%d%Y'), 'RPTDISDT': date('%m%d%Y'), 'CHAGE': integer(0, 23, [77], [99]),
         'CHSEX': YESNO, 'CHETHN': RACE, 'MALDEATH': YESNO}
RACES = [('CHRACAI', 'American Indian or Alaska Native'), ('CHRACAS', 'Asian'),
         ('CHRACBL', 'Black or African American'), ('CHRACNH', 'Native Hawaiian or Other Pacific Islander'),
         ('CHRACWH', 'White')]
CHILD.update({r: RACE for r, _ in RACES})
CHILD.update({'CHMAL%d' % i: KIND for i in range(1, 5)})
CHILD.update({'MAL%dLEV' % i: LEVEL for i in range(1, 5)})
SLOTS = range(1, 5)


def victim(v, ffy):
    year = ffy or (v['SUBYR'][1] if v['SUBYR'][0] == 'known' else None)
    if year is None:
        return MAYBE
    levels = (1, 2) if year >= 2015 else (1, 2, 3)
    return either([within(v['MAL%dLEV' % i], levels) for i in SLOTS] + [within(v['MALDEATH'], [1])])


def type_level(v, kinds, levels):
    return either(both(within(v['CHMAL%d' % i], kinds), within(v['MAL%dLEV' % i], levels)) for i in SLOTS)


def other_type(v):
    def slot(i):
        kind = v['CHMAL%d' % i]
        missing = YES if kind[0] in ('unknown', 'blank', 'invalid') else NO
        return both(either(within(kind, [8]), missing), within(v['MAL%dLEV' % i], (1, 2)))
    return either(slot(i) for i in SLOTS)


BANDS = [(0, 0), (1, 5), (6, 10), (11, 13), (14, 15), (16, 17), (18, 23)]


def child_age(v):
    state, n = v['CHAGE']
    if n == 77 and state == 'special':
        return 'unborn'
    if state != 'known':
        return 'unknown'
    low, high = next(b for b in BANDS if b[0] <= n <= b[1])
    return str(low) if low == high else '%d-%d' % (low, high)


def race_ethnicity(hispanic, races):
    if hispanic == YES:
        return 'Hispanic (any race)'
    told = [name for name, truth in races if truth == YES]
    return 'Two or more races' if len(told) > 1 else told[0] if told else 'Unknown'


def child_race(v):
    return race_ethnicity(within(v['CHETHN'], [1]), [(name, within(v[r], [1])) for r, name in RACES])


FINDINGS = ['Substantiated', 'Indicated or reason to suspect', 'Alternative response victim',
            'Alternative response nonvictim', 'Unsubstantiated', 'Intentionally false',
            'Closed without a finding', 'No alleged maltreatment']


def disposition(v):
    if within(v['MALDEATH'], [1]) == YES:
        return 'Victim: death'
    for level, name in enumerate(FINDINGS, 1):
        if any(within(v['MAL%dLEV' % i], [level]) == YES for i in SLOTS):
            return name
    return 'Other or unknown'


RACE_ORDER = ['Hispanic (any race)', 'Two or more races'] + [name for _, name in RACES] + ['Unknown']
CHILD_GROUPS = {  # name: (text of a record, order of the texts or None: by the text)
    'CHSEX': (lambda v, y: group_text(YESNO, v['CHSEX']), None),
    'CHAGE': (lambda v, y: group_text(CHILD['CHAGE'], v['CHAGE']), None),
    'MAL1LEV': (lambda v, y: group_text(LEVEL, v['MAL1LEV']), None),
    'STATERR': (lambda v, y: group_text(word, v['STATERR']), None),
    'age_group': (lambda v, y: child_age(v),
                  ['0', '1-5', '6-10', '11-13', '14-15', '16-17', '18-23', '24+', 'unborn', 'unknown']),
    'race_ethnicity': (lambda v, y: child_race(v), RACE_ORDER),
    'disposition': (lambda v, y: disposition(v), ['Victim: death'] + FINDINGS + ['Other or unknown']),
    'victim': (lambda v, y: truth_text(victim(v, y)), ['yes', 'no', 'unknown']),
    'ffy': (lambda v, y: '%d' % v['SUBYR'][1] if v['SUBYR'][0] == 'known' else '(invalid)', None),
}
CHILD_CONDITIONS = [  # text, what it means, whether it needs a selected year
    ('victim', victim, False),
    ('not victim', lambda v, y: neg(victim(v, y)), False),
    ('sex_trafficking_victim', lambda v, y: type_level(v, [7], (1, 2)), True),
    ('any(CHMAL# = 7 and MAL#LEV in (1, 2))', lambda v, y: type_level(v, [7], (1, 2)), False),
    ('any(CHMAL# not in (1, 2))', lambda v, y: either(
        neg(within(v['CHMAL%d' % i], [1, 2])) if v['CHMAL%d' % i][0] != 'na' else NO for i in SLOTS), False),
    ('count(MAL#LEV = 1) > 1', lambda v, y: YES if sum(
        within(v['MAL%dLEV' % i], [1]) == YES for i in SLOTS) > 1 else NO, False),
    ('other_maltreatment', lambda v, y: other_type(v), False),
    ('under_18', lambda v, y: either(compare(v['CHAGE'], lambda n: n < 18), within(v['CHAGE'], [77])), False),
    ('CHAGE between 14 and 17 or CHSEX = 2', lambda v, y: either(
        compare(v['CHAGE'], lambda n: 14 <= n <= 17), within(v['CHSEX'], [2])), False),
    ('CHSEX <> 1', lambda v, y: NO if v['CHSEX'][0] == 'na' else neg(within(v['CHSEX'], [1])), False),
    ('not CHSEX = 1', lambda v, y: neg(within(v['CHSEX'], [1])), False),
    ('missing(CHAGE) or not_applicable(CHSEX)', lambda v, y: YES if v['CHAGE'][0] in (
        'unknown', 'blank', 'invalid') or v['CHSEX'][0] == 'na' else NO, False),
    ("days(RPTDT, RPTDISDT) > 60", lambda v, y: compare(
        ('known', (v['RPTDISDT'][1] - v['RPTDT'][1]).days)
        if v['RPTDT'][0] == v['RPTDISDT'][0] == 'known' else ('unknown', None), lambda n: n > 60), False),
    ("RPTDT >= '2024-01-01' and STATERR = 'AL'", lambda v, y: both(
        compare(v['RPTDT'], lambda d: d >= datetime.date(2024, 1, 1)), within(v['STATERR'], ['AL'])), False),
]
CHILD_UNITS = {'report': ['STATERR', 'RPTID'], 'report_child_pair': ['STATERR', 'RPTID', 'CHID'],
               'child': ['SUBYR', 'STATERR', 'CHID']}


def child_key(unit, v, ffy):
    parts = [v[i] for i in CHILD_UNITS[unit]]
    return tuple(p[1] for p in parts) if all(p[0] == 'known' for p in parts) else None


def child_rank(unit, v, ffy):
    if unit != 'child':
        return ()
    return (first(victim(v, ffy)), last_if_unknown(v['RPTDT']), last_if_unknown(v['RPTDISDT']),
            last_if_unknown((v['RPTID'][0], v['RPTID'][1] and v['RPTID'][1].encode())))


class Ncands:
    name, units, groups, conditions = 'ncands-child', CHILD_UNITS, CHILD_GROUPS, CHILD_CONDITIONS
    key, rank, year = staticmethod(child_key), staticmethod(child_rank), staticmethod(
        lambda v, ffy: v['SUBYR'][1] if v['SUBYR'][0] == 'known' else 0)
    keep = None

    @staticmethod
    def make(rng, fits):
        day = lambda: rng.choice(['10012023', '01152024', '01152024', '02292024', '09302024', '13012024', '', ' '])
        pick = lambda *texts: rng.choice([t for t in texts if len(t) <= fits or not fits])
        r = {'SUBYR': rng.choice(['2024'] * 9 + ['2014', '2023', '', '3024', 'abcd']),
             'STATERR': rng.choice(['AL'] * 5 + ['AK', 'AK', '', '(total)' if not fits else '']),
             'RPTID': rng.choice(['R1', 'R2', 'R2 ', 'r3', 'R10', '', '(blank)'] + ([] if fits else ['R,"4'])),
             'CHID': rng.choice(['C%d' % rng.randint(1, 9)] * 9 + [' C1', 'c1', '', '01', '1']),
             'RPTDT': day(), 'RPTDISDT': day(),
             'CHAGE': rng.choice(['00', '0', '5', ' 7', '17', '18', '22', '23', '24', '77', '99', '', 'x', '-1'] +
                                 ['%02d' % rng.randint(0, 17)] * 6)}
        for name in ['CHSEX', 'MALDEATH']:
            r[name] = rng.choice(['1', '2', '2', '9', '', '7'] + ([] if fits else ['01', '1.0', ' 2']))
        for name in ['CHETHN'] + [n for n, _ in RACES]:
            r[name] = rng.choice(['1', '2', '2', '2', '3', '9', '', '0'])
        for i in SLOTS:
            r['CHMAL%d' % i] = rng.choice(['1', '2', '7', '7', '8', '9', '', '', '', '0'])
            r['MAL%dLEV' % i] = rng.choice(['01', '02', '03', '1', ' 2', '05', '88', '99', '', '', '', '77', 'zz'])
        return r

    fields = CHILD


# --- AFCARS, two half years ------------------------------------------------------------------------
ZERO_ONE = code([0, 1], blank='blank')
OPTIONAL = code([0, 1])
E = {'E2': date('%Y%m'), 'E4': word, 'E5': date('%Y%m%d'), 'E21': code([0, 1, 7, 8, 9], [9], 'blank'),
     'E69': date('%Y%m%d'), 'E99': ZERO_ONE, 'E106': ZERO_ONE, 'E107': OPTIONAL, 'E109': ZERO_ONE,
     'E110': OPTIONAL, 'E120': code(range(1, 15)), 'E153': date('%Y%m%d', 'na')}
E.update({'E%d' % i: ZERO_ONE for i in range(13, 18)})
E_RACES = [('E%d' % i, name) for i, (_, name) in zip(range(13, 18), RACES)]
START, END = (lambda y: datetime.date(y - 1, 10, 1)), (lambda y: datetime.date(y, 9, 30))


def part_dates(text):
    """E108 and E111: several dates in one field; a blank field is not applicable."""
    parts = [date('%Y%m%d')(p) for p in text.split(';')]
    parts = [p for p in parts if p[0] != 'blank']
    return parts or [('na', None) if not text.strip() else ('invalid', None)]


E.update({'E108': part_dates, 'E111': part_dates})


def of_list(v, name):
    return YES if v['list'] == name else NO


def stratum(v):
    if within(v['E120'], (12, 13)) == YES:
        return 'Missing from care'
    return {None: 'In foster care', 'inhome': 'Supervised, not removed'}.get(
        v['list'], 'Independent-living services only')


def in_care_on(v, day):
    return both(compare(v['E69'], lambda d: d <= day), neg(compare(v['E153'], lambda d: d <= day)))


def served(v, y):
    in_year = both(compare(v['E69'], lambda d: d <= END(y)), neg(compare(v['E153'], lambda d: d < START(y))))
    return either(in_year, of_list(v, 'inhome'), of_list(v, 'chafee'))


def flag(v, name):
    return within(v[name], [1])


def timing(v):
    before, inside = flag(v, 'E106'), flag(v, 'E109')
    if before == inside == YES:
        return 'Both'
    if before == YES and within(v['E109'], [0]) == YES:
        return 'Before entry only'
    if inside == YES and within(v['E106'], [0]) == YES:
        return 'In care only'
    return 'Not determinable' if YES in (before, inside) else 'Not a recorded victim'


def foster_age(v, y):
    day = v['E153'][1] if compare(v['E153'], lambda d: d <= END(y)) == YES else END(y)
    if v['E5'][0] != 'known':
        return 'unknown'
    born = v['E5'][1]
    n = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if n < 0:
        return 'unknown'
    if n >= 21:
        return '21+'
    low, high = next(b for b in BANDS[:6] + [(18, 20)] if b[0] <= n <= b[1])
    return str(low) if low == high else '%d-%d' % (low, high)


def in_year(values, y):
    return either(compare(p, lambda d: START(y) <= d <= END(y)) for p in values)


AFCARS_GROUPS = {
    'stratum': (lambda v, y: stratum(v), ['Missing from care', 'In foster care', 'Supervised, not removed',
                                          'Independent-living services only']),
    'timing': (lambda v, y: timing(v), ['Both', 'Before entry only', 'In care only', 'Not determinable',
                                        'Not a recorded victim']),
    'age_group': (foster_age, ['0', '1-5', '6-10', '11-13', '14-15', '16-17', '18-20', '21+', 'unknown']),
    'race_ethnicity': (lambda v, y: race_ethnicity(within(v['E21'], [1]), [
        (name, within(v[r], [1])) for r, name in E_RACES]), RACE_ORDER),
    'sex_trafficking_victim': (lambda v, y: truth_text(either(flag(v, 'E106'), flag(v, 'E109'))),
                               ['yes', 'no', 'unknown']),
    'E120': (lambda v, y: str(v['E120'][1]) if v['E120'][1] else group_text(E['E120'], v['E120']),
             [str(i) for i in range(1, 15)]),
}
AFCARS_CONDITIONS = [
    ('served', served, True),
    ('entered', lambda v, y: compare(v['E69'], lambda d: START(y) <= d <= END(y)), True),
    ('exited', lambda v, y: compare(v['E153'], lambda d: START(y) <= d <= END(y)), True),
    ('in_care_at_end', lambda v, y: in_care_on(v, END(y)), True),
    ("in_care_on('2023-12-31')", lambda v, y: in_care_on(v, datetime.date(2023, 12, 31)), True),
    ('sex_trafficking_victim', lambda v, y: either(flag(v, 'E106'), flag(v, 'E109')), True),
    ('removed_for_trafficking', lambda v, y: flag(v, 'E99'), True),
    ('reported_to_police', lambda v, y: either(within(v['E107'], [1]), within(v['E110'], [1])), True),
    ('police_report_in_year', lambda v, y: either(in_year(v['E108'], y), in_year(v['E111'], y)), True),
    ('count(E111 >= :ffy_start) > 1', lambda v, y: YES if sum(
        compare(p, lambda d: d >= START(y)) == YES for p in v['E111']) > 1 else NO, True),
    ('in_list(inhome) or missing_from_care', lambda v, y: either(
        of_list(v, 'inhome'), within(v['E120'], (12, 13))), True),
]


def afcars_key(unit, v, ffy):
    if v['E4'][0] != 'known' or not afcars_year(v, ffy):
        return None
    key = (afcars_year(v, ffy), v['E4'][1])
    if unit == 'child':
        return key
    if v['E69'][0] == 'na':
        return key + (v['list'],)
    return key + (v['E69'][1],) if v['E69'][0] == 'known' else None


def afcars_year(v, ffy):
    return ffy if v['list'] else fiscal(v['E2'][1]) if v['E2'][0] == 'known' else 0


def afcars_rank(unit, v, ffy):
    if unit != 'child':
        return ()
    latest = (0, -v['E69'][1].toordinal()) if v['E69'][0] == 'known' else (1,)
    return (first(within(v['E120'], (12, 13))), v['list'] is not None, first(of_list(v, 'inhome')), latest)


class Afcars:
    name, units, groups, conditions = 'afcars-2020', {'episode': 1, 'child': 1}, AFCARS_GROUPS, AFCARS_CONDITIONS
    key, rank, year, fields = staticmethod(afcars_key), staticmethod(afcars_rank), staticmethod(afcars_year), E
    keep = staticmethod(lambda v, ffy: (afcars_key('episode', v, ffy),
                                        v['E2'][1].toordinal() if v['E2'][0] == 'known' else 0))

    @staticmethod
    def make(rng, fits):
        dates = ['20190510', '20230930', '20231001', '20240229', '20240630', '20240930', '20241001']
        day = lambda *more: rng.choice(dates + list(more))
        many = lambda: ';'.join(day('', 'x', ' 20240101 ') for _ in range(rng.choice([0, 0, 1, 2, 4])))
        r = {'E2': rng.choice(['202403', '202409', '202409', '202309', '202410', '', '2024']),
             'E4': rng.choice(['K%d' % rng.randint(1, 8)] * 9 + ['', '(total)']),
             'E5': rng.choice(['20080229', '20091001', '20240930', '20250101', '', '1']),
             'E69': day('', '20240230'), 'E153': day('', '', '', '', '', '', 'x'), 'E108': many(), 'E111': many(),
             'E120': rng.choice(['', '', '', '12', '13', '1', '8', '99']),
             'E21': rng.choice(['0', '1', '7', '8', '9', '', '5'])}
        for name in ['E99', 'E106', 'E107', 'E109', 'E110'] + [n for n, _ in E_RACES]:
            r[name] = rng.choice(['0', '0', '1', '1', '', '9', '01'])
        return r


# --- counting --------------------------------------------------------------------------------------

def tally(book, records, ffy, t):
    """records: (raw dict, list name or None) in the order of reading. Returns {cell: [counts...]}."""
    seen = []
    for number, (raw, in_list) in enumerate(records):
        v = {n: book.fields[n](raw[n]) if n in raw else ('na', None) for n in book.fields}
        for n in ('E108', 'E111'):
            if n in v and n not in raw:
                v[n] = [('na', None)]
        v['list'] = in_list
        if ffy and book.year(v, ffy) != ffy:
            continue
        seen.append((number, v))
    if book.keep:
        newest = {}
        for item in seen:
            key, age = book.keep(item[1], ffy)
            if key and (key not in newest or age >= newest[key][0]):
                newest[key] = (age, item)
        seen = [item for _, item in newest.values()]
    if t['unit'] != 'record':
        seen = [(n, v) for n, v in seen if book.key(t['unit'], v, ffy)]
    kept = len(seen)
    units, width = {}, len(t['counts']) or 1
    for number, v in seen:
        w = t['where'][1](v, ffy) if t['where'] else YES
        if w == NO:
            continue
        told = [both(c[1](v, ffy), w) for _, c in t['counts']] or [w]
        cell = tuple(book.groups[g][0](v, ffy) for g in t['by'])
        key = number if t['unit'] == 'record' else book.key(t['unit'], v, ffy)
        rank = () if t['unit'] == 'record' else (-w, book.rank(t['unit'], v, ffy))
        cells = [cell]
        if t['per_cell'] and t['total']:
            cells = list(margins(cell))
        for c in cells:
            u = units.setdefault((key, c) if t['per_cell'] else key, [(rank, number), c, [NO] * width])
            if not t['per_cell'] and (rank, number) < u[0]:
                u[0], u[1] = (rank, number), c
            u[2] = [either(a, b) for a, b in zip(u[2], told)]
    table = {}
    for _, cell, told in units.values():
        for c in margins(cell) if t['total'] and not t['per_cell'] else [cell]:
            row = table.setdefault(c, [0] * (2 * width))
            for k, x in enumerate(told):
                row[k] += x == YES
                row[width + k] += x == MAYBE
    if t['total'] or not t['by']:
        table.setdefault(('(total)',) * len(t['by']), [0] * (2 * width))
    return kept, table


def margins(cell):
    return set(itertools.product(*[(x, '(total)') for x in cell]))


def ordered(book, by, cells):
    def place(name, text):
        if text in ('(blank)', '(invalid)', '(total)'):
            return (2, '(bit'.index(text[1:2]), '')
        order = book.groups[name][1]
        if order:
            return (1, order.index(text), '')
        if name == 'CHAGE' and text in ('77', '99'):
            return (1, 1000 + int(text), '')
        return (1, 0, text)
    return sorted(cells, key=lambda c: [place(n, x) for n, x in zip(by, c)])


# --- files -----------------------------------------------------------------------------------------

def write_csv(rng, path, records, names):
    names, bom = list(names), rng.random() < .2
    rng.shuffle(names)
    out = io.StringIO()
    w = csv.writer(out, delimiter='\t' if path.endswith(('.tsv', '.tsv.gz')) else ',',
                   quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
                   lineterminator=rng.choice(['\n', '\r\n']))
    w.writerow(names)
    w.writerows([[r[n] for n in names] for r in records])
    data = (b'\xef\xbb\xbf' if bom else b'') + out.getvalue().encode()
    with (gzip.open if path.endswith('.gz') else open)(path, 'wb') as f:
        f.write(data)


def write_fixed(rng, path, records, codebook):
    rows = [r for r in csv.DictReader(open(codebook)) if r['start']]
    length = rng.choice([338, 312])
    with open(path, 'w', newline='') as f:
        for r in records:
            line = [' '] * 338
            for c in rows:
                at, n = int(c['start']) - 1, int(c['width'])
                line[at:at + n] = r.get(c['name'], '').ljust(n)
            f.write(''.join(line)[:length] + rng.choice(['\n', '\r\n']))


# --- one made-up table -----------------------------------------------------------------------------

def make_table(rng, book, ffy):
    may = [(text, rule) for text, rule, year in book.conditions if ffy or not year]
    t = {'unit': rng.choice(['record'] + list(book.units) * 2), 'by': rng.sample(list(book.groups), rng.choice([0, 1, 1, 2, 3])),
         'where': rng.choice([None] + may * 2), 'total': rng.random() < .6, 'per_cell': False, 'counts': []}
    if rng.random() < .4:
        t['counts'] = [('n%d' % i, c) for i, c in enumerate(rng.sample(may, 3))]
    t['per_cell'] = t['unit'] != 'record' and rng.random() < .25
    return t


def words(t):
    args = ['--unit', t['unit']]
    args += ['--by', ','.join(t['by'])] if t['by'] else []
    args += ['--where', t['where'][0]] if t['where'] else []
    for name, (text, _) in t['counts']:
        args += ['--count', name + '=' + text]
    return args + ['--total'] * t['total'] + ['--per-cell'] * t['per_cell']


def run(args):
    p = subprocess.run(['casecount', 'tally'] + args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def differs(book, t, kept, want, got):
    code, out, err = got
    if code:
        return 'exit code %d: %s' % (code, err)
    rows, n = list(csv.reader(io.StringIO(out))), len(t['by'])
    names = [name for name, _ in t['counts']] or ['count']
    head = t['by'] + ['measure'] + names + (['n_unknown_' + x for x in names] if t['counts'] else ['n_unknown'])
    if rows[0] != head + ['note'] * t['per_cell']:
        return 'header %r' % rows[0]
    cells = [tuple(r[:n]) for r in rows[1:]]
    have = {tuple(r[:n]): [int(x) for x in r[n + 1:n + 1 + 2 * len(names)]] for r in rows[1:]}
    if have != want:
        return '\n'.join('%r: %r by hand, %r by tally' % (c, want.get(c), have.get(c))
                         for c in sorted(set(have) | set(want)) if have.get(c) != want.get(c))
    order = ordered(book, t['by'], cells)
    if len(set(cells)) != len(cells) or order != cells:
        return 'order of rows: %r' % cells
    if any(r[n] != t['unit'] for r in rows[1:]):
        return 'measure'
    return '' if ' %d kept,' % kept in err else 'kept: %d by hand; %s' % (kept, err)


def make_inputs(rng, book, codebook, fixed, seed):
    """Writes the files; returns the records in the order of reading and the arguments."""
    records, args = [], []
    for part in range(rng.choice([1, 2, 3])):
        rows = [book.make(rng, 12 if fixed else 0) for _ in range(rng.choice([1, 8, 60]))]
        path = '%d-%d.%s' % (seed, part, 'dat' if fixed else rng.choice(['csv', 'csv.gz', 'tsv', 'tsv.gz']))
        write_fixed(rng, path, rows, codebook) if fixed else write_csv(rng, path, rows, book.fields)
        args.append(path)
        records += [(r, None) for r in rows]
    return records, args


def add_list(rng, book, seed, name, records, args):
    columns = ['E4', 'E5', 'E21', 'E106', 'E109', 'E120'] + ['E%d' % i for i in range(13, 18)] + ['E99']
    rows = [{n: r[n] for n in columns} for r in (book.make(rng, 0) for _ in range(rng.choice([1, 12])))]
    path = '%d-%s.csv' % (seed, name)
    write_csv(rng, path, rows, columns)
    args += ['--list', name + '=' + path]
    records[:0] = [(r, name) for r in rows]  # options are read before files, wherever they stand


def one(seed, codebook):
    rng = random.Random(seed)
    book = Afcars if seed % 3 == 0 else Ncands
    fixed = book is Ncands and rng.random() < .3
    records, args = make_inputs(rng, book, codebook, fixed, seed)
    ffy = 2024 if book is Afcars or rng.random() < .6 else 0
    if book is Afcars:
        for name in rng.choice([[], ['inhome'], ['chafee', 'inhome']]):
            add_list(rng, book, seed, name, records, args)
    args += ['--codebook', book.name] + (['--param', 'ffy=%d' % ffy] if ffy else [])
    tables = [make_table(rng, book, ffy) for _ in range(3)]
    failures, outs = [], []
    for t in tables:
        kept, want = tally(book, records, ffy, t)
        got = run(args + words(t))
        outs.append(got[1])
        why = differs(book, t, kept, want, got)
        if why:
            failures.append('seed %d: %r\n%s' % (seed, args + words(t), why))
    with open('%d.tables' % seed, 'w') as f:
        for i, t in enumerate(tables):
            f.write('t%d %s\n' % (i, ' '.join('"%s"' % w for w in words(t))))
    code, _, err = run(args + ['--tables', '%d.tables' % seed, '-o', '%d.out' % seed])
    for i, out in enumerate(outs):
        if code or open('%d.out/t%d.csv' % (seed, i), newline='').read() != out:
            failures.append('seed %d: --tables differs in t%d %s' % (seed, i, err))
    return failures + shuffled(rng, book, [r for r, _ in records], args, tables, outs, seed)


def shuffled(rng, book, records, args, tables, outs, seed):
    """All records in one file in another order: what needs no representative stays the same."""
    if book is Afcars:
        return []
    rng.shuffle(records)
    path = '%d-shuffled.csv' % seed
    write_csv(rng, path, records, book.fields)
    args = [path] + args[args.index('--codebook'):]
    return ['seed %d: order of rows matters: %r' % (seed, words(t)) for t, out in zip(tables, outs)
            if (t['per_cell'] or t['unit'] == 'record' or not t['by']) and run(args + words(t))[1] != out]


def main():
    codebook, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    failures = [f for seed in range(first, last + 1) for f in one(seed, codebook)]
    for f in failures[:10]:
        print(f)
    print('%d seeds, %d differences' % (last - first + 1, len(failures)))
    return failures != []


if __name__ == '__main__':
    sys.exit(main())
