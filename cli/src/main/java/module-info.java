/// The command line. RE2/J has no module of its own: its name comes from its file's.
@SuppressWarnings("requires-automatic")
module org.ebpf4j.cli {
  requires info.picocli;
  requires jdk.jfr;
  requires org.ebpf4j.jfr;
  requires org.ebpf4j.linux;
  requires org.snakeyaml.engine.v2;
  requires re2j;
  requires tools.jackson.core;
  requires static org.jspecify;

  opens org.ebpf4j.cli to
      info.picocli;
  opens org.ebpf4j.cli.btf to
      info.picocli;
  opens org.ebpf4j.cli.export to
      info.picocli;
  opens org.ebpf4j.cli.input to
      info.picocli;
  opens org.ebpf4j.cli.object to
      info.picocli;
  opens org.ebpf4j.cli.run to
      info.picocli;
  opens org.ebpf4j.cli.text to
      info.picocli;
  opens org.ebpf4j.cli.verify to
      info.picocli;
}
