//! Numbers of any size, compared exactly by their decimal digits. Never goes through a binary fraction.

use std::cmp::Ordering;

/// A number by its value: `1.10`, `1.1` and `11e-1` are the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decimal {
    /// Zero has no digits; otherwise the value is ± 0.DIGITS × 10^point, without zeros at either end.
    Finite {
        negative: bool,
        digits: String,
        point: i64,
    },
    Infinite {
        negative: bool,
    },
    NotANumber,
}

impl Decimal {
    /// Reads a number as Postgres, json or YAML writes it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        match unsigned.to_ascii_lowercase().as_str() {
            "nan" | ".nan" => Some(Self::NotANumber),
            "infinity" | "inf" | ".inf" => Some(Self::Infinite { negative }),
            finite => Self::finite(negative, finite),
        }
    }

    fn finite(negative: bool, text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self::Finite { negative: false, digits, point: 0 });
        }
        let leading = i64::try_from(all.len() - significant.len()).ok()?;
        let whole = i64::try_from(whole.len()).ok()?;
        let point = exponent.parse::<i64>().ok()?.checked_add(whole)?.checked_sub(leading)?;
        Some(Self::Finite { negative, digits, point })
    }

    /// Compares by value; what is not a number is neither above nor below anything.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        let (one, two) = (self.rank()?, other.rank()?);
        Some(one.cmp(&two).then_with(|| match one {
            Sign::Minus => other.magnitude().cmp(&self.magnitude()),
            _ => self.magnitude().cmp(&other.magnitude()),
        }))
    }

    /// Returns a text that is the same for the same number alone.
    pub(super) fn canonical(&self) -> String {
        match self {
            Self::Finite { negative: true, digits, point } => format!("-{digits}e{point}"),
            Self::Finite { digits, point, .. } => format!("{digits}e{point}"),
            Self::Infinite { negative } => format!("infinite {negative}"),
            Self::NotANumber => "not a number".to_owned(),
        }
    }

    fn rank(&self) -> Option<Sign> {
        match self {
            Self::NotANumber => None,
            Self::Finite { digits, .. } if digits.is_empty() => Some(Sign::Zero),
            Self::Finite { negative: true, .. } => Some(Sign::Minus),
            Self::Finite { .. } => Some(Sign::Plus),
            Self::Infinite { negative: true } => Some(Sign::BelowAll),
            Self::Infinite { .. } => Some(Sign::AboveAll),
        }
    }

    /// Without zeros at the ends, digits after a common point compare as text does.
    fn magnitude(&self) -> Option<(i64, &str)> {
        match self {
            Self::Finite { digits, point, .. } => Some((*point, digits)),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    BelowAll,
    Minus,
    Zero,
    Plus,
    AboveAll,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Decimal {
        Decimal::read(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn one_number_may_be_written_in_many_ways() {
        let same = [
            ["1.10", "1.1"],
            ["1.1", "+11e-1"],
            ["-0", "0.000"],
            ["100", "1E+2"],
            [".5", "0.5"],
            ["1.", "1"],
            ["007", "7"],
            [".nan", "NaN"],
            ["-.inf", "-Infinity"],
            ["123456789012345678901234567890.5", "123456789012345678901234567890.50"],
            ["1e400", "10e399"],
        ];
        for [one, two] in same {
            assert_eq!(read(one), read(two), "{one} {two}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read_as_one() {
        for text in ["", "-", ".", "e5", "1e", "1.2.3", "1_000", "0x1f", "--1", "1 ", "١", "1e99999999999999999999"] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_infinite_is_beyond_everything_and_not_a_number_is_nowhere() {
        assert_eq!(read("Infinity").compare(&read("1e999")), Some(Ordering::Greater));
        assert_eq!(read("-Infinity").compare(&read("-1e999")), Some(Ordering::Less));
        assert_eq!(read("NaN").compare(&read("1")), None);
    }

    fn written(mantissa: i64, scale: u32, zeros: usize) -> String {
        let digits = format!("{:0>1$}", mantissa.unsigned_abs(), scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
        let sign = if mantissa < 0 { "-" } else { "" };
        let zeros = "0".repeat(zeros);
        if fraction.is_empty() {
            format!("{sign}{zeros}{whole}")
        } else {
            format!("{sign}{zeros}{whole}.{fraction}{zeros}")
        }
    }

    proptest! {
        #[test]
        fn comparing_is_comparing_whole_numbers_of_one_scale(
            one in prop_oneof![any::<i64>(), -20i64..20], two in prop_oneof![any::<i64>(), -20i64..20],
            scales in (0u32..16, 0u32..16), zeros in (0usize..3, 0usize..3),
        ) {
            let whole = |mantissa: i64, scale: u32| i128::from(mantissa) * 10i128.pow(16 - scale);
            let expected = whole(one, scales.0).cmp(&whole(two, scales.1));
            let (left, right) = (read(&written(one, scales.0, zeros.0)), read(&written(two, scales.1, zeros.1)));
            prop_assert_eq!(left.compare(&right), Some(expected));
            prop_assert_eq!(left == right, expected == Ordering::Equal);
            prop_assert_eq!(left.canonical() == right.canonical(), expected == Ordering::Equal);
            let exponent = read(&format!("{two}e-{}", scales.1));
            prop_assert_eq!(exponent, right);
        }

        #[test]
        fn reading_never_panics(text in "[-+.0-9eE]{0,12}") {
            let _ = Decimal::read(&text);
        }
    }
}
