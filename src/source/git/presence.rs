//! `Presence`: whether an object is in a pack, with one look in most cases. A reading of everything asks that for each entry
//! of each tree, in no order, and a search in the packs' indexes misses the processor's caches at every step.

use super::pack::Pack;
use super::survey::key;

/// Of so many objects at most names are kept, at 16 to 32 bytes each.
const MOST: u32 = 4 << 20;

/// The first eight bytes of the names of all packed objects, each in the first free slot from the one that it names.
#[derive(Default)]
pub(super) struct Presence(Vec<u64>);

impl Presence {
    /// All that is in these packs; nothing if that is too much.
    pub(super) fn of(packs: &[Pack]) -> Self {
        let count = packs.iter().fold(0, |count: u32, pack| count.saturating_add(pack.len()));
        if count > MOST {
            return Self::default();
        }
        let mut slots = vec![0; (2 * count as usize).next_power_of_two()];
        for id in packs.iter().flat_map(|pack| (0..pack.len()).filter_map(|place| pack.id(place))) {
            let key = key(id.as_bytes());
            if let Err(free) = find(&slots, key) {
                slots[free] = key;
            }
        }
        Self(slots)
    }

    /// Whether an object is in a pack whose name begins with these eight bytes. If not, it may be there all the same.
    #[inline]
    pub(super) fn has(&self, key: u64) -> bool {
        key != 0 && !self.0.is_empty() && find(&self.0, key).is_ok()
    }
}

/// The slot of a key, or the free one where it belongs. Half of the slots are free at least.
#[inline]
fn find(slots: &[u64], key: u64) -> Result<usize, usize> {
    let mut slot = key as usize & (slots.len() - 1);
    loop {
        match slots[slot] {
            0 => return Err(slot),
            there if there == key => return Ok(slot),
            _ => slot = (slot + 1) & (slots.len() - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_a_slot_is_told_apart() {
        let mut slots = vec![0; 8];
        let keys = [3, 11, 19, 7, 15];
        for key in keys {
            let free = find(&slots, key).unwrap_err();
            slots[free] = key;
        }
        let presence = Presence(slots);
        assert!(keys.iter().all(|&key| presence.has(key)));
        assert!([0, 27, 4, 23, 5].iter().all(|&key| !presence.has(key)));
        assert!(!Presence::default().has(3));
    }
}
