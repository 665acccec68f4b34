"""Prints what the package phonenumbers says of several hundred numbers: number, text to read, region, whether it can be, whether it is known."""

import random
import sys

sys.path.insert(0, sys.argv[1])
import phonenumbers as package

REASONS = {
    package.ValidationResult.IS_POSSIBLE: "possible",
    package.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too-short",
    package.ValidationResult.TOO_SHORT: "too-short",
    package.ValidationResult.TOO_LONG: "too-long",
    package.ValidationResult.INVALID_LENGTH: "impossible",
    package.ValidationResult.INVALID_COUNTRY_CODE: "country-unknown",
}


def described(code: int, national: str) -> str:
    zeros = len(national) - len(national.lstrip("0"))
    number = package.PhoneNumber(code, int(national or "0"))
    if zeros:
        number.italian_leading_zero, number.number_of_leading_zeros = True, zeros
    text = package.format_number(number, package.PhoneNumberFormat.INTERNATIONAL)
    reason = REASONS[package.is_possible_number_with_reason(number)]
    region = package.region_code_for_number(number) or ""
    known = package.is_valid_number(number)
    shown = text if reason != "country-unknown" else f"+{code}{national}"
    return "\t".join([f"+{code}{national}", shown, "" if region == "001" else region, reason, "known" if known else "unknown"])


def main() -> None:
    chance = random.Random(19)
    numbers: set[tuple[int, str]] = set()
    for code, regions in package.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            kinds = [0, 1, 2, 3, 4, 6, 7]
            if region == "001":
                examples = [package.example_number_for_non_geo_entity(code)]
            else:
                examples = [package.example_number_for_type(region, kind) for kind in kinds]
            for example in filter(None, examples):
                national = package.national_significant_number(example)
                numbers.add((code, national))
                # One digit less, one more, and another: what is wrong, and what is right by chance.
                place = chance.randrange(len(national))
                changed = national[:place] + str(chance.randrange(10)) + national[place + 1 :]
                numbers |= {(code, national[:-1]), (code, national + str(chance.randrange(10))), (code, changed)}
        for _ in range(4):
            length = chance.randrange(6, 13)
            numbers.add((code, "".join(str(chance.randrange(1, 10)) for _ in range(length))))
    numbers |= {(999, "12345678"), (210, "1234567"), (384, "123456")}
    for code, national in sorted(numbers):
        if 8 <= len(f"{code}{national}") <= 15 and national.strip("0"):
            print(described(code, national))


main()
