package org.example;

import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.vm.VirtualKernel;

/// Prints which processes make system calls: for a second on Linux, as root; with `--virtual` for
/// three calls in the virtual kernel.
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    var isVirtual = args.length > 0 && args[0].equals("--virtual");
    try (Kernel kernel = isVirtual ? VirtualKernel.open() : LinuxKernel.open();
        var calls = Calls.load(kernel)) {
      if (isVirtual) {
        for (int i = 0; i < 3; i++) {
          calls.count().run(RunInput.none());
        }
      } else {
        try (var link = calls.count().attach()) {
          Thread.sleep(1_000);
          System.out.println("attached to " + link);
        }
      }
      calls
          .byProcess()
          .entries()
          .forEach((pid, made) -> System.out.println(pid + " " + made.comm() + " " + made.count()));
    }
  }
}
