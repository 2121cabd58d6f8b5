//! Hard negatives.
