package org.ebpf4j.linux.inspect;

import java.nio.file.Path;

/// A pin: a name in a bpffs that keeps an object of the kernel alive.
///
/// @param path where it is
/// @param kind `prog`, `map` or `link`; empty for a kind that this library does not know
/// @param id the id of what is pinned; 0 where the kernel does not say
public record PinInfo(Path path, String kind, int id) {}
