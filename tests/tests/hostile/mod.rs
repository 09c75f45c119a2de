//! A hostile or broken peer: refused with a code, recorded, answered; the node stays healthy and the good goes through.

mod acts;
mod forge;
mod packages;
mod poison;
