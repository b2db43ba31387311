/// Events of programs as events of JDK Flight Recorder, with event types built from BTF.
module org.ebpf4j.jfr {
  requires transitive org.ebpf4j.core;
  requires jdk.jfr;
  requires static org.jspecify;

  exports org.ebpf4j.jfr;
}
