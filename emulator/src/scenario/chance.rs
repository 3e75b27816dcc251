//! Chance that repeats: drawn from the seed, the rule, the tenant and the number of the request, so that
//! neither the order of requests nor their threads matter.

use std::f64::consts::TAU;

use ring::digest;

/// From what a rule draws.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw<'a> {
    pub(super) seed: u64,
    pub(super) scenario: &'a str,
    pub(super) rule: usize,
    pub(super) tenant: &'a str,
}

impl Draw<'_> {
    /// A number from 0 to below 1 for that request and that purpose.
    pub(super) fn unit(&self, met: u64, purpose: &str) -> f64 {
        let Self { seed, scenario, rule, tenant } = self;
        let text = format!("{seed}\n{scenario}\n{rule}\n{tenant}\n{met}\n{purpose}");
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        let bits =
            digest.as_ref().iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    /// A number of the normal distribution around 0 (Box and Muller).
    pub(super) fn normal(&self, met: u64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit(met, "radius")).ln()).sqrt();
        radius * (TAU * self.unit(met, "angle")).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_draw_repeats_and_draws_are_spread() {
        let draw = Draw { seed: 7, scenario: "a", rule: 1, tenant: "default" };
        assert_eq!(draw.unit(3, "chance").to_bits(), draw.unit(3, "chance").to_bits());
        let mean = |of: &dyn Fn(u64) -> f64| (1..=2_000).map(of).sum::<f64>() / 2_000.0;
        let units = mean(&|met| draw.unit(met, "chance"));
        assert!((0.45..0.55).contains(&units), "{units}");
        let normals = mean(&|met| draw.normal(met));
        let squares = mean(&|met| draw.normal(met).powi(2));
        assert!(normals.abs() < 0.1 && (0.8..1.2).contains(&squares), "{normals} {squares}");
        let other = Draw { tenant: "other", ..draw };
        assert_ne!(draw.unit(3, "chance").to_bits(), other.unit(3, "chance").to_bits());
    }
}
