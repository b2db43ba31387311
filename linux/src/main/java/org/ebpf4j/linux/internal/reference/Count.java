package org.ebpf4j.linux.internal.reference;

/// The kernel's own count of the references to an object.
///
/// @param references all of them
/// @param users of a map: those by descriptors, pins and links; else -1
record Count(long references, long users) {}
