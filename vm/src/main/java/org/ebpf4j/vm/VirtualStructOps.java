package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.Link;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.program.RegisteredStruct;

/// A struct of functions (`struct_ops`) of an object: a test calls its functions, as the kernel
/// would whose struct it is. It may be used from any thread, for as long as the object is open.
public final class VirtualStructOps {
  private final VirtualKernel kernel;
  private final VirtualMap map;
  private final Map<String, VirtualProgram> members;

  private VirtualStructOps(
      VirtualKernel kernel, VirtualMap map, Map<String, VirtualProgram> members) {
    this.kernel = kernel;
    this.map = map;
    this.members = members;
  }

  static VirtualStructOps of(VirtualKernel kernel, VirtualObject object, VirtualMap map) {
    var ops =
        object
            .spec()
            .map(map.name())
            .structOps()
            .orElseThrow(() -> new BpfException(noFunctions(object.spec(), map.name())));
    var members = new LinkedHashMap<String, VirtualProgram>();
    if (object.spec().types().orElseThrow().type(ops.type()) instanceof BtfType.Struct struct) {
      ops.programs()
          .forEach((index, program) ->
              object.programs().stream()
                  .filter(loaded -> loaded.name().equals(program))
                  .findFirst()
                  .ifPresent(found -> members.put(struct.members().get(index).name(), found)));
    }
    return new VirtualStructOps(kernel, map, members);
  }

  private static String noFunctions(ObjectSpec object, String map) {
    return "map '"
        + map
        + "' of "
        + object.name()
        + " holds no functions: it is of type "
        + object.map(map).typeLabel();
  }

  /// The names of the members that are functions.
  public List<String> members() {
    return List.copyOf(members.keySet());
  }

  /// Calls a function, registered or not.
  ///
  /// @param member the member of the struct
  /// @param arguments numbers, or addresses of [VirtualMemory]
  /// @return what it returned
  /// @throws NotFoundException where no function of that name is set
  /// @throws ProgramFaultException where it does what no program may
  public long call(String member, long... arguments) {
    var program = members.get(member);
    if (program == null) {
      throw new NotFoundException("function of struct_ops '" + map.name() + "'", member, members());
    }
    return kernel.runs().call(program.loaded(), arguments);
  }

  /// Whether a link has it registered.
  public boolean isRegistered() {
    return kernel.registry().ids(Kind.LINK).stream()
        .anyMatch(id ->
            kernel.registry().find(Kind.LINK, id) instanceof RegisteredStruct struct
                && struct.has(map.store()));
  }

  /// What a registration of it holds.
  private List<Kept> held() {
    var held = new ArrayList<Kept>(List.of(map.store()));
    members.values().forEach(program -> held.add(program.loaded()));
    return held;
  }

  Link register() {
    return new StructOpsLink(kernel, new RegisteredStruct(kernel.registry(), map.name(), held()));
  }

  void register(Link link) {
    if (!(link instanceof StructOpsLink own)) {
      throw new BpfException(link + " registers no struct of functions");
    }
    own.registered().replace(map.name(), held());
  }
}
