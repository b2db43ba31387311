package org.ebpf4j.cli.btf;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j btf`: what is said in BTF. Its commands are [DumpBtfCommand] and [MinimalBtfCommand].
@Command(
    name = "btf",
    mixinStandardHelpOptions = true,
    header = "Print types, or keep few of them.",
    description =
        "Works on files with BTF, which needs no kernel, and on types that the kernel holds.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j btf list",
      "  ebpf4j btf dump examples/hello/hello.bpf.o",
      "  ebpf4j btf dump /sys/kernel/btf/vmlinux --format c > vmlinux.h",
      "  ebpf4j btf dump /sys/kernel/btf/vmlinux --format c --type task_struct",
      "  ebpf4j btf min vmlinux-5.4.btf small.btf examples/core/exec.bpf.o"
    })
public final class BtfCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
