/// eBPF programs written in Java: what their authors call, and the compiler from class files to
/// objects that a kernel loads. No native access, and no compiler but its own.
module org.ebpf4j.program {
  requires static org.jspecify;
  requires transitive org.ebpf4j.core;

  exports org.ebpf4j.program;
  exports org.ebpf4j.program.compile;
  exports org.ebpf4j.program.jvm;
  exports org.ebpf4j.program.map;
  exports org.ebpf4j.program.map.network;
  exports org.ebpf4j.program.run;
}
