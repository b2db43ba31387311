/// The command line. Open, as picocli makes and fills the classes of commands. RE2/J has no module
/// of its own: its name comes from its file's.
@SuppressWarnings("requires-automatic")
open module org.ebpf4j.cli {
  requires info.picocli;
  requires java.compiler;
  requires jdk.jfr;
  requires org.ebpf4j.jfr;
  requires org.ebpf4j.linux;
  requires org.ebpf4j.program;
  requires org.ebpf4j.verifier;
  requires org.ebpf4j.vm;
  requires org.jline.terminal.ffm;
  requires org.snakeyaml.engine.v2;
  requires re2j;
  requires tools.jackson.core;
  requires static org.jspecify;
}
