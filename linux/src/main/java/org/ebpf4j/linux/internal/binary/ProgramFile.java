package org.ebpf4j.linux.internal.binary;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.ebpf4j.binary.Binary;
import org.ebpf4j.binary.Functions;
import org.ebpf4j.binary.StaticProbe;
import org.ebpf4j.binary.SymbolDecompressor;
import org.jspecify.annotations.Nullable;

/// A program file or library on this machine: its headers, and its symbols and static probes, which
/// are read once, when they are first asked for.
public final class ProgramFile {
  private final Binary binary;

  /// Where it begins in the file that the kernel knows: an archive may have several.
  private final long start;

  private @Nullable Functions functions;
  private @Nullable List<StaticProbe> probes;

  ProgramFile(Binary binary, long start) {
    this.binary = binary;
    this.start = start;
  }

  /// What unpacks symbols, where a module for that is there.
  private static Optional<SymbolDecompressor> decompressor() {
    return ServiceLoader.load(SymbolDecompressor.class, SymbolDecompressor.class.getClassLoader())
        .findFirst();
  }

  /// Its headers.
  public Binary binary() {
    return binary;
  }

  /// Where it begins in the file that the kernel knows.
  public long start() {
    return start;
  }

  /// Its functions.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where its symbols are damaged
  public synchronized Functions functions() {
    if (functions == null) {
      functions = binary.functions(binary.hasPackedSymbols() ? decompressor() : Optional.empty());
    }
    return functions;
  }

  /// Whether it has symbols that nothing here can unpack.
  public boolean lacksDecompressor() {
    return binary.hasPackedSymbols() && decompressor().isEmpty();
  }

  /// Its static probes.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where its notes are damaged
  public synchronized List<StaticProbe> staticProbes() {
    if (probes == null) {
      probes = binary.staticProbes();
    }
    return probes;
  }
}
