//! Where a leak comes from and what became of it.
