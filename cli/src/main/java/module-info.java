/// The command line.
module org.ebpf4j.cli {
  requires info.picocli;
  requires org.ebpf4j.linux;
  requires static org.jspecify;

  opens org.ebpf4j.cli to
      info.picocli;
}
