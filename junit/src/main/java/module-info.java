/// Tests of eBPF programs with JUnit: an extension that loads objects into the virtual kernel or
/// into Linux, packets, and assertions. No native access of its own. Tests on Linux want the module
/// `org.ebpf4j.linux`, too.
module org.ebpf4j.junit {
  requires static org.ebpf4j.linux;
  requires static org.jspecify;
  requires transitive org.ebpf4j.core;
  requires transitive org.ebpf4j.program;
  requires transitive org.ebpf4j.vm;
  requires transitive org.junit.jupiter.api;

  exports org.ebpf4j.junit;
  exports org.ebpf4j.junit.assertion;
  exports org.ebpf4j.junit.packet;
}
