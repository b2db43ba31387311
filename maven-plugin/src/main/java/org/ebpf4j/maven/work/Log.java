package org.ebpf4j.maven.work;

/// What is told while a goal goes on.
interface Log {
  void info(String text);

  void warn(String text);
}
