package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Link;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// An object that is loaded into a [VirtualKernel]. It may be used from any thread.
public final class VirtualObject implements BpfObject {
  private final VirtualKernel kernel;
  private final ObjectSpec spec;
  private final List<VirtualMap> maps;
  private final List<VirtualProgram> programs;
  private final Map<String, BpfException> failures;
  private final AtomicBoolean open = new AtomicBoolean(true);

  VirtualObject(
      VirtualKernel kernel,
      ObjectSpec spec,
      List<VirtualMap> maps,
      List<VirtualProgram> programs,
      Map<String, BpfException> failures) {
    this.kernel = kernel;
    this.spec = spec;
    this.maps = List.copyOf(maps);
    this.programs = List.copyOf(programs);
    this.failures = java.util.Collections.unmodifiableMap(failures);
    spec.types().ifPresent(kernel.memory()::addTypes);
  }

  @Override
  public ObjectSpec spec() {
    return spec;
  }

  @Override
  public List<VirtualProgram> programs() {
    return programs;
  }

  @Override
  public List<VirtualMap> maps() {
    return maps;
  }

  @Override
  public Map<String, BpfException> failures() {
    return failures;
  }

  @Override
  public BpfVariable variable(String name) {
    var variable = spec.variable(name);
    var memory = map(variable.map()).memory().asSlice(variable.offset(), variable.size());
    return new BpfVariable(variable, memory, spec.types().orElseThrow());
  }

  @Override
  public Link register(String map) {
    throw new UnsupportedFeatureException(
        "struct_ops",
        null,
        "map '" + map(map).name() + "': the virtual kernel calls no structs of functions yet");
  }

  @Override
  public void register(String map, Link link) {
    register(map).close();
  }

  @Override
  public void close() {
    var all = new ArrayList<AutoCloseable>(maps);
    all.addAll(programs);
    if (open.getAndSet(false)) {
      spec.types().ifPresent(kernel.memory()::removeTypes);
    }
    Closing.all(all);
  }

  @Override
  public String toString() {
    return "object '" + name() + "' (" + programs.size() + " programs, " + maps.size() + " maps)";
  }
}
