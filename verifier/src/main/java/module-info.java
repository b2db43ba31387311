/// A verifier: it says whether a kernel would take a program, and why not, without a kernel.
module org.ebpf4j.verifier {
  requires static org.jspecify;
  requires transitive org.ebpf4j.core;

  exports org.ebpf4j.verifier;
  exports org.ebpf4j.verifier.input;
  exports org.ebpf4j.verifier.result;

  provides org.ebpf4j.load.ProgramVerifier with
      org.ebpf4j.verifier.LoadVerifier;
}
