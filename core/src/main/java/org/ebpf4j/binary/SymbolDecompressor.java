package org.ebpf4j.binary;

/// What unpacks the symbols of programs that were stripped but for MiniDebugInfo
/// (`.gnu_debugdata`), which is compressed with LZMA. The JDK cannot do so; the module
/// `org.ebpf4j.minidebuginfo` provides this as a service. It keeps nothing between calls, and any
/// thread may call it.
public interface SymbolDecompressor {
  /// Unpacks a file in the format of xz.
  ///
  /// @param limit the most bytes that may come of it
  /// @throws java.io.IOException where it is damaged, or more would come of it
  byte[] unpack(byte[] packed, int limit) throws java.io.IOException;
}
