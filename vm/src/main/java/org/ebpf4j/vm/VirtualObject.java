package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Link;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.object.MapType;
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
    spec.types().ifPresent(kernel.namedTypes()::add);
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
  public VirtualProgram program(String name) {
    return (VirtualProgram) BpfObject.super.program(name);
  }

  @Override
  public List<VirtualMap> maps() {
    return maps;
  }

  @Override
  public Map<String, BpfException> failures() {
    return failures;
  }

  /// The programs that the verifier could not follow, each with the reason. They are loaded all the
  /// same: what one does wrong is found when it does it.
  public Map<String, String> unverified() {
    var all = new LinkedHashMap<String, String>();
    programs.forEach(
        program -> program.unverified().ifPresent(reason -> all.put(program.name(), reason)));
    return all;
  }

  @Override
  public BpfVariable variable(String name) {
    var variable = spec.variable(name);
    var home = map(variable.map());
    var start = home.type() == MapType.ARENA.number() ? arenaOffset(home.name()) : 0;
    var memory = home.memory().asSlice(start + variable.offset(), variable.size());
    return new BpfVariable(variable, memory, spec.types().orElseThrow());
  }

  private long arenaOffset(String map) {
    return MapFitting.arenaOffset(spec.map(map), kernel.facts(kernel.types().or(spec::types)));
  }

  /// A struct of functions, whose functions can be called.
  ///
  /// @param map the name of its map, which is that of the variable
  /// @throws org.ebpf4j.error.NotFoundException where there is no such map
  /// @throws BpfException where it holds no functions
  public VirtualStructOps structOps(String map) {
    return VirtualStructOps.of(kernel, this, OwnObjects.own(map(map)));
  }

  /// Registers a struct of functions. The virtual kernel calls none by itself: a test does, with
  /// [VirtualStructOps#call(String, long...)].
  @Override
  public Link register(String map) {
    return structOps(map).register();
  }

  @Override
  public void register(String map, Link link) {
    structOps(map).register(link);
  }

  @Override
  public void close() {
    var all = new ArrayList<AutoCloseable>(maps);
    all.addAll(programs);
    if (open.getAndSet(false)) {
      spec.types().ifPresent(kernel.namedTypes()::remove);
    }
    Closing.all(all);
  }

  @Override
  public String toString() {
    return "object '" + name() + "' (" + programs.size() + " programs, " + maps.size() + " maps)";
  }
}
