package org.ebpf4j.program.run;

import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.map.KernelObjects;

/// The objects of a [JvmKernel], as its maps name them: by id.
record JvmObjects(JvmKernel kernel) implements KernelObjects {
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
    if (!(map instanceof JvmMap)) {
      throw new IllegalArgumentException("map '" + map.name() + "' is of another kernel");
    }
    use.accept(map.id());
  }

  @Override
  public void with(BpfProgram program, IntConsumer use) {
    use.accept(JvmLoaded.own(program).id());
  }

  @Override
  public <T> T with(ProcessHandle process, IntFunction<T> use) {
    throw none();
  }

  @Override
  public <T> T with(Path file, IntFunction<T> use) {
    throw none();
  }

  private static UnsupportedFeatureException none() {
    return new UnsupportedFeatureException(
        "storage", null, "the kernel of plain Java has no storage for what user space holds");
  }
}
