package org.example.consumer;

import java.nio.file.Path;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Prints the programs of an object file. Needs no privileges, and no Linux.
public final class Programs {
  public static void main(String[] args) {
    for (ProgramSpec program : ObjectSpec.read(Path.of(args[0])).programs()) {
      System.out.println(program.name() + ": " + program.section());
    }
  }
}
