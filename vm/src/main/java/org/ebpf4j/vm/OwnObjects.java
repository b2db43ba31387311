package org.ebpf4j.vm;

import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.map.KernelObjects;

/// The objects of a virtual kernel, as its maps name them.
record OwnObjects(VirtualKernel kernel) implements KernelObjects {
  @Override
  public RawMap openMap(int id) {
    return kernel.openMap(id);
  }

  @Override
  public BpfProgram openProgram(int id) {
    return kernel.openProgram(id);
  }

  @Override
  public void with(RawMap map, IntConsumer use) {
    use.accept(own(map).number());
  }

  @Override
  public void with(BpfProgram program, IntConsumer use) {
    use.accept(own(program).number());
  }

  @Override
  public <T> T with(ProcessHandle process, IntFunction<T> use) {
    if (!process.isAlive()) {
      throw KernelException.of("process " + process.pid(), "pidfd_open", Errno.ESRCH);
    }
    return use.apply(kernel.handles().kept(process));
  }

  @Override
  public <T> T with(Path file, IntFunction<T> use) {
    try (var handle = kernel.handles().at(file)) {
      if (handle == null) {
        throw KernelException.of(file.toString(), "open", Errno.ENOENT);
      }
      return use.apply(handle.number());
    }
  }

  static VirtualMap own(RawMap map) {
    if (map instanceof VirtualMap own) {
      return own;
    }
    throw new IllegalArgumentException("map '" + map.name() + "' is of another kernel: " + map);
  }

  static VirtualProgram own(BpfProgram program) {
    if (program instanceof VirtualProgram own) {
      return own;
    }
    throw new IllegalArgumentException(
        "program '" + program.name() + "' is of another kernel: " + program);
  }
}
