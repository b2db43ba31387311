/// A kernel inside the JVM: it runs programs without root, on any system. No native access.
module org.ebpf4j.vm {
  requires static org.jspecify;
  requires transitive org.ebpf4j.core;

  exports org.ebpf4j.vm;
  exports org.ebpf4j.vm.call;
  exports org.ebpf4j.vm.capture;
  exports org.ebpf4j.vm.coverage;
  exports org.ebpf4j.vm.memory;
  exports org.ebpf4j.vm.packet;
  exports org.ebpf4j.vm.step;
}
