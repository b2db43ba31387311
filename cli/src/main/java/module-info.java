/// The command line.
module org.ebpf4j.cli {
  requires info.picocli;
  requires jdk.httpserver;
  requires jdk.jfr;
  requires org.ebpf4j.jfr;
  requires org.ebpf4j.linux;
  requires org.snakeyaml.engine.v2;
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
  opens org.ebpf4j.cli.verify to
      info.picocli;
}
