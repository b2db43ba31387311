/// A program that uses ebpf4j.
module org.example.consumer {
  requires org.ebpf4j.linux;
}
