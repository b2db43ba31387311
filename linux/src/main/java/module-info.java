/// The real kernel: loads, attaches, reads and takes away eBPF programs on Linux, through
/// `java.lang.foreign` alone.
@SuppressWarnings("module") // The command line is compiled after it.
module org.ebpf4j.linux {
  requires transitive org.ebpf4j.core;
  requires static org.jspecify;

  exports org.ebpf4j.linux;
  exports org.ebpf4j.linux.inspect;
  exports org.ebpf4j.linux.internal.terminal to
      org.ebpf4j.cli;
  exports org.ebpf4j.linux.machine;
  exports org.ebpf4j.linux.metrics;
  exports org.ebpf4j.linux.profile;
  exports org.ebpf4j.linux.reference;
  exports org.ebpf4j.linux.trace;

  uses org.ebpf4j.binary.SymbolDecompressor;
}
