"""Tables of usual kinds as CSV files: what scikit-learn ships, penguins, and made-up ones like real ones."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sklearn.datasets as sk

import app.data

Rows = Sequence[Sequence[object]]
Table = Callable[[], bytes]


def csv(names: Sequence[str], rows: Rows, separator: str = ",") -> bytes:
    lines = [names, *rows] if names else rows
    return "".join(separator.join(str(cell) for cell in line) + "\n" for line in lines).encode()


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng([17, seed])


def shipped(load: Callable[[], Any]) -> Table:
    """A data set of scikit-learn, its target last."""

    def made() -> bytes:
        found = load()
        labels = getattr(found, "target_names", None)
        whole = labels is not None and found.target.dtype.kind == "i" and len(labels) == len(set(found.target))
        last = [labels[k] for k in found.target] if whole else found.target.tolist()
        rows = [[*row, label] for row, label in zip(found.data.tolist(), last, strict=True)]
        return csv([*found.feature_names, "target"], rows)

    return made


def penguins() -> bytes:
    return (Path(app.data.__file__).parent / "penguins.csv").read_bytes()


def prices_on_a_line() -> bytes:
    rng = random(1)
    return csv(["size", "price"], [[s, round(40_000 + 2_000 * s + rng.normal(0, 900))] for s in range(40, 160, 3)])


def passengers() -> bytes:
    """Identifiers, names, gaps in a number and in a category, and a yes/no target as 0 and 1."""
    rng, rows = random(2), []
    for n in range(891):
        woman, level = rng.random() < 0.35, rng.choice([1, 2, 3], p=[0.24, 0.21, 0.55])
        age = "" if rng.random() < 0.2 else round(float(rng.gamma(4, 7.5)))
        fare = round(float(rng.lognormal(4.2 - 0.9 * (level - 1), 0.6)), 2)
        alive = rng.random() < 1 / (1 + np.exp(-(2.6 * woman - 1.1 * (level - 1) + 0.1)))
        port = rng.choice(["S", "C", "Q", ""], p=[0.7, 0.19, 0.09, 0.02])
        name = f'"Family {n}, Given {n * 7 % 13}"'
        rows.append([n + 1, int(alive), level, name, "female" if woman else "male", age, fare, port])
    return csv(["PassengerId", "Survived", "Pclass", "Name", "Sex", "Age", "Fare", "Embarked"], rows)


def houses() -> bytes:
    """More rows than a run holds, a long-tailed target with a ceiling, a category, gaps."""
    rng, rows = random(3), []
    for _ in range(6_000):
        income, age, coast = rng.gamma(3.2, 1.2), rng.integers(1, 53), rng.choice(["INLAND", "NEAR BAY", "<1H OCEAN"])
        rooms = int(rng.lognormal(7.6, 0.7))
        value = 45_000 * income + 800 * age + (0 if coast == "INLAND" else 70_000) + rng.normal(0, 55_000)
        bedrooms = "" if rng.random() < 0.01 else rooms // 5
        rows.append([round(income, 4), age, rooms, bedrooms, coast, int(np.clip(value, 15_000, 500_001))])
    return csv(
        ["median_income", "housing_median_age", "total_rooms", "total_bedrooms", "ocean", "median_house_value"], rows
    )


def incomes() -> bytes:
    """No header, blanks behind commas, ? for what is missing, three to one."""
    rng, rows = random(4), []
    jobs = ["Sales", "Exec", "Craft", "Clerical", "?"]
    for _ in range(4_000):
        age, years, hours = rng.integers(17, 80), rng.integers(4, 17), int(np.clip(rng.normal(40, 12), 1, 99))
        job = rng.choice(jobs, p=[0.3, 0.2, 0.25, 0.2, 0.05])
        gain = int(rng.lognormal(8.5, 0.8)) if rng.random() < 0.08 else 0
        z = 0.35 * (years - 10) + 0.04 * (age - 38) + 0.04 * (hours - 40) + 0.7 * (job == "Exec") + gain / 4000 - 1.7
        label = ">50K" if rng.random() < 1 / (1 + np.exp(-z)) else "<=50K"
        rows.append([age, job, years, gain, hours, rng.choice(["Male", "Female"]), label])
    return csv([], rows, ", ")


def wine_quality() -> bytes:
    """Semicolons and quoted names; the grade is a whole number in few steps."""
    rng, rows = random(5), []
    for _ in range(1_599):
        alcohol, acid, sulphates = rng.normal(10.4, 1.1), rng.normal(0.53, 0.18), rng.lognormal(-0.43, 0.24)
        z = 0.45 * (alcohol - 10.4) - 1.6 * (acid - 0.53) + 0.9 * (sulphates - 0.66) + rng.normal(0, 0.55)
        rows.append([f"{acid:.3f}", f"{sulphates:.2f}", f"{rng.gamma(2, 23):.0f}", f"{alcohol:.1f}", round(5.6 + z)])
    names = ['"volatile acidity"', '"sulphates"', '"total sulfur dioxide"', '"alcohol"', '"quality"']
    return csv(names, rows, ";")


def diamonds() -> bytes:
    """A price that grows with a power, three categories, and an index without a name."""
    rng, rows = random(6), []
    cuts, colors, clear = ["Fair", "Good", "Ideal"], list("DEFGHIJ"), ["I1", "SI1", "VS1", "IF"]
    for n in range(5_400):
        carat = float(np.clip(rng.lognormal(-0.4, 0.58), 0.2, 4))
        cut, color, clarity = rng.integers(3), rng.integers(7), rng.integers(4)
        price = np.exp(8.3 + 1.7 * np.log(carat) + 0.05 * cut - 0.06 * color + 0.15 * clarity + rng.normal(0, 0.13))
        x = 6.4 * carat ** (1 / 3)
        rows.append(
            [n + 1, f"{carat:.2f}", cuts[cut], colors[color], clear[clarity], f"{x:.2f}", round(min(price, 19_000))]
        )
    return csv(['""', "carat", "cut", "color", "clarity", "x", "price"], rows)


def mileage() -> bytes:
    """Blanks between cells, ? for a horsepower, a name in quotation marks, no header."""
    rng, lines = random(7), []
    for n in range(398):
        cylinders = rng.choice([4, 6, 8], p=[0.55, 0.2, 0.25])
        power, weight, year = (
            25 * cylinders * rng.uniform(0.7, 1.3),
            600 * cylinders + rng.normal(200, 300),
            70 + n % 13,
        )
        mpg = 46 - 0.0065 * weight - 0.03 * power + 0.75 * (year - 76) + rng.normal(0, 2.5)
        shown = "?" if n % 66 == 5 else f"{power:.1f}"
        lines.append(f'{mpg:.1f}   {cylinders}   {shown}      {weight:.0f}.   {year}  {1 + n % 3}\t"car {n}"\n')
    return "".join(lines).encode()


def churn() -> bytes:
    """Row numbers, customers' ids and surnames; four of five stay."""
    rng, rows = random(8), []
    for n in range(3_000):
        age, active, country = (
            int(np.clip(rng.normal(39, 10), 18, 90)),
            rng.integers(2),
            rng.choice(["France", "Spain", "Germany"]),
        )
        balance = 0 if rng.random() < 0.36 else round(rng.normal(120_000, 30_000), 2)
        z = 0.08 * (age - 39) - 1.0 * active + 0.8 * (country == "Germany") - 1.1 + balance / 3e5
        gone = int(rng.random() < 1 / (1 + np.exp(-z)))
        rows.append(
            [n + 1, 15_600_000 + 7 * n, f"Name{n % 900}", country, age, balance, rng.integers(1, 5), active, gone]
        )
    names = ["RowNumber", "CustomerId", "Surname", "Geography", "Age", "Balance", "NumOfProducts", "IsActive", "Exited"]
    return csv(names, rows)


def rents() -> bytes:
    """German: semicolons, decimal commas, points for thousands, €, Windows-1252, a total at the end."""
    rng, lines = random(9), ["Stadtteil;Fläche (m²);Zimmer;Baujahr;Miete"]
    for _ in range(300):
        area, part = rng.uniform(25, 130), rng.choice(["Süd", "Nord", "Höhe"])
        rent = 180 + 11.2 * area + 140 * (part == "Höhe") + rng.normal(0, 70)
        euros = f"{rent:,.2f}".translate(str.maketrans(",.", ".,"))
        lines.append(
            f"{part};{area:.1f};{round(area / 28)};{rng.integers(1950, 2020)};{euros} €".replace(
                f"{area:.1f}", f"{area:.1f}".replace(".", ",")
            )
        )
    lines.append("Gesamt;23.250,5;810;;268.000,00 €")
    return "\n".join(lines).encode("windows-1252")


def sales() -> bytes:
    """Dates, percent, and currency with thousands in quotation marks."""
    rng, rows = random(10), []
    for n in range(600):
        day = np.datetime64("2021-01-01") + n
        price, discount = rng.uniform(5, 30), rng.choice([0, 2.5, 5, 7.5, 10])
        revenue = 2_000 + 3.1 * n + 60 * price - 45 * discount + rng.normal(0, 180)
        rows.append([day, f"${price:.2f}", f"{discount}%", f'"${revenue:,.0f}"'])
    return csv(["date", "unit price", "discount", "revenue"], rows)


def wide() -> bytes:
    """A hundred columns, of which ten tell; two names of one class in three."""
    rng = random(11)
    values = rng.normal(size=(800, 100))
    z = values[:, 90:] @ np.linspace(0.6, 1.4, 10) + rng.normal(0, 0.7, 800)
    rows = [[*(f"{v:.3f}" for v in row), "sick" if s > 0.8 else "well"] for row, s in zip(values, z, strict=True)]
    return csv([*(f"gene{n}" for n in range(100)), "diagnosis"], rows)


def mushrooms() -> bytes:
    """Letters alone, the target first."""
    rng, rows = random(12), []
    for _ in range(1_500):
        odor, ring, cap = rng.choice(list("nafps")), rng.choice(list("ot")), rng.choice(list("xbfk"))
        poison = odor in "fps" or (odor == "n" and ring == "t" and rng.random() < 0.3)
        rows.append(["p" if poison else "e", cap, rng.choice(list("swy")), odor, ring, rng.choice(list("wgbn"))])
    return csv(["class", "cap-shape", "cap-surface", "odor", "ring", "color"], rows)


def charges() -> bytes:
    """Money with a tail: smokers pay by their weight."""
    rng, rows = random(13), []
    for _ in range(1_338):
        age, bmi, smokes = rng.integers(18, 65), rng.normal(30.6, 6), rng.random() < 0.2
        paid = 250 * age + (1_300 * (bmi - 14) if smokes else 60 * bmi) + rng.gamma(1.2, 2_500) - 2_000
        region = rng.choice(["southwest", "northeast", "northwest"])
        rows.append(
            [
                age,
                rng.choice(["male", "female"]),
                f"{bmi:.2f}",
                rng.integers(0, 5),
                "yes" if smokes else "no",
                region,
                f"{paid:.4f}",
            ]
        )
    return csv(["age", "sex", "bmi", "children", "smoker", "region", "charges"], rows)


def fraud() -> bytes:
    """One in thirty."""
    rng, rows = random(14), []
    for _ in range(4_000):
        bad = rng.random() < 0.033
        first, second, amount = rng.normal(-3 * bad, 1.4), rng.normal(2 * bad, 1.3), rng.lognormal(3 + bad, 1.2)
        rows.append([f"{first:.4f}", f"{second:.4f}", f"{rng.normal():.4f}", f"{amount:.2f}", int(bad)])
    return csv(["V1", "V2", "V3", "Amount", "Class"], rows)


def rings() -> bytes:
    """Age in whole years, more than ten of them: a number; columns that say nearly the same."""
    rng, rows = random(15), []
    for _ in range(2_000):
        age = rng.gamma(9, 1.1) + 1
        length = 0.75 * (1 - np.exp(-age / 6)) + rng.normal(0, 0.05)
        whole = 2.8 * max(length, 0.05) ** 3 * rng.uniform(0.85, 1.15)
        sex = "I" if age < 8 and rng.random() < 0.7 else rng.choice(["M", "F"])
        rows.append(
            [
                sex,
                f"{length:.3f}",
                f"{0.8 * length:.3f}",
                f"{whole:.4f}",
                f"{0.28 * whole + 0.008 * age:.4f}",
                round(age),
            ]
        )
    return csv(["Sex", "Length", "Diameter", "Whole weight", "Shell weight", "Rings"], rows)


TABLES: dict[str, Table] = {
    "iris": shipped(sk.load_iris),
    "wine": shipped(sk.load_wine),
    "breast cancer": shipped(sk.load_breast_cancer),
    "diabetes": shipped(sk.load_diabetes),
    "digits": shipped(sk.load_digits),
    "penguins": penguins,
    "prices on a line": prices_on_a_line,
    "passengers": passengers,
    "houses": houses,
    "incomes": incomes,
    "wine quality": wine_quality,
    "diamonds": diamonds,
    "mileage": mileage,
    "churn": churn,
    "rents": rents,
    "sales": sales,
    "wide": wide,
    "mushrooms": mushrooms,
    "charges": charges,
    "fraud": fraud,
    "rings": rings,
}
