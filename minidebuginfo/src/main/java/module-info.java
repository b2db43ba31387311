/// Symbols of programs that were stripped but for MiniDebugInfo: being there is enough, probes of
/// programs then find functions by them.
module org.ebpf4j.minidebuginfo {
  requires org.ebpf4j.core;
  requires org.tukaani.xz;
  requires static org.jspecify;

  provides org.ebpf4j.binary.SymbolDecompressor with
      org.ebpf4j.minidebuginfo.XzDecompressor;
}
