package org.ebpf4j.cli.object;

import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.VirtualKernel;

/// The classes of the JVM that the virtual kernel makes of programs, as text.
final class JavaCode {
  private final Console console;

  JavaCode(Console console) {
    this.console = console;
  }

  /// Prints those of programs.
  ///
  /// @return the exit status
  int print(ObjectSpec spec, List<ProgramSpec> programs) {
    var names = programs.stream().map(ProgramSpec::name).collect(Collectors.toSet());
    var asked = spec.withEachProgram(p -> p.withAutoload(names.contains(p.name())));
    var out = console.out();
    var err = console.err();
    int status = 0;
    try (var kernel = VirtualKernel.builder().unverified().build();
        var object = kernel.load(asked, LoadOptions.DEFAULT.withKeepGoing(true))) {
      for (var failure : object.failures().entrySet()) {
        err.println(failure.getValue().getMessage());
        status = ExitStatus.FAILED;
      }
      for (var program : object.programs()) {
        var text = program.javaCode();
        out.println("program '" + program.name() + "'");
        out.println(text.isEmpty() ? "  it is too large for the compiler\n" : text);
      }
    }
    out.flush();
    err.flush();
    return status;
  }
}
