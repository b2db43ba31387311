package org.ebpf4j.linux.internal.load;

import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.load.FittedStructOps;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.object.MapSpec;
import org.jspecify.annotations.Nullable;

/// What a kernel is asked for, for the maps of one object.
final class MapRequests {
  private final HostFacts kernel;
  private final MapContext context;

  MapRequests(HostFacts kernel, MapContext context) {
    this.kernel = kernel;
    this.context = context;
  }

  /// The request for a map.
  ///
  /// @param innerFd the descriptor of a map such as it is to hold, or 0
  MapCreate of(MapSpec spec, String kernelName, int innerFd) {
    var operations = context.structOps().get(spec.name());
    return new MapCreate(
        spec.type(),
        spec.keySize(),
        operations != null ? operations.layout().valueSize() : spec.valueSize(),
        MapFitting.entries(spec, kernel),
        MapFitting.flags(spec, kernel),
        innerFd,
        spec.numaNode(),
        kernel.has(KernelFeature.PROGRAM_NAMES) ? kernelName : "",
        spec.extra(),
        types(spec, operations),
        context.tokenFd(),
        MapFitting.exclusiveHash(spec, context.programs(), kernel));
  }

  /// The types of keys and values, which maps of some types do not take.
  private MapCreate.Types types(MapSpec spec, @Nullable FittedStructOps operations) {
    if (context.typesFd() == 0 || !MapFitting.takesTypes(spec.type())) {
      return MapCreate.Types.NONE;
    }
    if (operations != null) {
      return new MapCreate.Types(
          context.typesFd(),
          0,
          0,
          operations.layout().valueType(),
          kernel.moduleFd(operations.module()));
    }
    return spec.keyType() == 0 && spec.valueType() == 0
        ? MapCreate.Types.NONE
        : MapCreate.Types.of(context.typesFd(), spec.keyType(), spec.valueType());
  }
}
