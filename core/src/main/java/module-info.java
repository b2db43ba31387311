/// What is true of eBPF on every machine: instructions, object files, specs, and the interfaces of
/// a kernel. No native access, no kernel, no clock.
@SuppressWarnings("module") // The modules of kernels are compiled later.
module org.ebpf4j.core {
  requires static org.jspecify;

  exports org.ebpf4j;
  exports org.ebpf4j.attach;
  exports org.ebpf4j.binary;
  exports org.ebpf4j.btf;
  exports org.ebpf4j.btf.text;
  exports org.ebpf4j.codec;
  exports org.ebpf4j.context;
  exports org.ebpf4j.elf;
  exports org.ebpf4j.error;
  exports org.ebpf4j.generate;
  exports org.ebpf4j.insn;
  exports org.ebpf4j.linker;
  exports org.ebpf4j.load;
  exports org.ebpf4j.map to
      org.ebpf4j.linux,
      org.ebpf4j.program,
      org.ebpf4j.vm;
  exports org.ebpf4j.object;
  exports org.ebpf4j.relocation;
  exports org.ebpf4j.ring;
  exports org.ebpf4j.spi to
      org.ebpf4j.linux,
      org.ebpf4j.program,
      org.ebpf4j.vm;
  exports org.ebpf4j.verifierlog;

  uses org.ebpf4j.load.ProgramVerifier;
}
