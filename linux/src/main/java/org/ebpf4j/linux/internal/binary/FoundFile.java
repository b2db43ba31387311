package org.ebpf4j.linux.internal.binary;

import java.nio.file.Path;

/// A program file where it was found.
///
/// @param path the path that the kernel is given
/// @param entry the path in the archive that `path` is; empty where it is the file itself
/// @param shown how people are told of it
public record FoundFile(Path path, String entry, String shown) {}
