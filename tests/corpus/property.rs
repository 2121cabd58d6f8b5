//! Properties: a key is found wherever it is put, whatever stands around it.
