package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;
import org.ebpf4j.Steps;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.map.KernelObjects;

/// How maps of this machine's kernel refer to its other objects: by descriptors when they are
/// written, by ids when they are read.
record LinuxObjects(Steps steps) implements KernelObjects {
  @Override
  public RawMap openMap(int id) {
    return LinuxMap.opened(steps, Ids.open(ObjectKind.MAP, id));
  }

  @Override
  public BpfProgram openProgram(int id) {
    return LinuxProgram.opened(steps, Ids.open(ObjectKind.PROGRAM, id));
  }

  @Override
  public void with(RawMap map, IntConsumer use) {
    try (var descriptors = new Descriptors()) {
      use.accept(descriptors.of(LinuxMap.of(map)));
    }
  }

  @Override
  public void with(BpfProgram program, IntConsumer use) {
    try (var descriptors = new Descriptors()) {
      use.accept(descriptors.of(LinuxProgram.of(program)));
    }
  }

  @Override
  public <T> T with(ProcessHandle process, IntFunction<T> use) {
    return using("process " + process.pid(), "pidfd_open", FileIo.openProcess(process.pid()), use);
  }

  @Override
  public <T> T with(Path file, IntFunction<T> use) {
    return using(file.toString(), "open", FileIo.open(file.toString()), use);
  }

  private static <T> T using(String what, String command, Result opened, IntFunction<T> use) {
    if (!opened.ok()) {
      throw KernelException.of(what, command, opened.errno());
    }
    try (Fd fd = opened.fd()) {
      return use.apply(fd.number());
    }
  }
}
