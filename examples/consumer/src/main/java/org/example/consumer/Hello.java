package org.example.consumer;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;

public final class Hello {
  public static void main(String[] args) {
    try (Kernel kernel = LinuxKernel.open();
        var hello = kernel.load(ObjectSpec.read(Path.of(args[0])));
        var link = hello.program("hello").attach();
        var trace = kernel.tracePipe()) {
      trace.lines().limit(10).forEach(System.out::println);
    }
  }
}
