/// The real kernel: loads, attaches, reads and takes away eBPF programs on Linux, through
/// `java.lang.foreign` alone.
module org.ebpf4j.linux {
  requires transitive org.ebpf4j.core;
  requires static org.jspecify;

  exports org.ebpf4j.linux;
  exports org.ebpf4j.linux.inspect;
  exports org.ebpf4j.linux.metrics;
  exports org.ebpf4j.linux.profile;
  exports org.ebpf4j.linux.trace;

  uses org.ebpf4j.binary.SymbolDecompressor;
}
