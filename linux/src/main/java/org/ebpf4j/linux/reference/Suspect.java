package org.ebpf4j.linux.reference;

/// What may hold a reference that is not explained: it can hold such an object, and whether it
/// holds this one cannot be told.
///
/// @param kind what it is, in one word: `perf_event`, `in_flight`, `route`
/// @param text what it is, for people
public record Suspect(String kind, String text) {}
