package org.ebpf4j.linux.internal.attach;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.binary.StaticArgument;
import org.ebpf4j.binary.StaticProbe;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.attach.UprobeHook.Spot;
import org.ebpf4j.linux.internal.attach.UprobeHook.Target;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.binary.UsdtSpecs;
import org.ebpf4j.linux.internal.binary.UserCode;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.object.SectionName;

/// Static probes: uprobes at all places of one, whose programs are told where its arguments are, by
/// the cookie of the place (since 5.15), or else by its address.
final class UsdtHook {
  private UsdtHook() {}

  static Attachment attach(Attaching program, Usdt point) {
    var code = UserCode.open(program.what(), point.binary(), point.pid());
    var probes = code.staticProbes(point.provider(), point.name());
    var map = program.map(UsdtSpecs.DESCRIPTIONS);
    if (map.isEmpty()) {
      // A program that takes no arguments.
      return probe(
          program,
          point,
          code,
          probes.stream().map(p -> new Spot(p.offset(), p.semaphore(), point.cookie())).toList());
    }
    var specs = UsdtSpecs.open(program.what(), map.getAsInt(), program.map(UsdtSpecs.ADDRESSES));
    try {
      return probe(program, point, code, spots(program, point, code, probes, specs))
          .releasing(specs::close);
    } catch (RuntimeException | Error e) {
      specs.close();
      throw e;
    }
  }

  private static List<Spot> spots(
      Attaching program, Usdt point, UserCode code, List<StaticProbe> probes, UsdtSpecs specs) {
    var hasCookies = KernelFeatures.ofProcess().has(KernelFeature.ATTACH_COOKIE);
    var spots = new ArrayList<Spot>();
    for (var probe : probes) {
      var element =
          specs.describe(
              probe.arguments(), description(program, code, probe, point.cookie(), specs.layout()));
      program.step(
          "element "
              + element
              + " of "
              + UsdtSpecs.DESCRIPTIONS
              + " describes '"
              + probe.arguments()
              + "' at 0x"
              + Long.toHexString(probe.offset()));
      if (!hasCookies) {
        for (var address : addresses(program, point, code, probe)) {
          specs.place(address, element);
        }
      }
      spots.add(new Spot(probe.offset(), probe.semaphore(), hasCookies ? element : 0));
    }
    return spots;
  }

  private static byte[] description(
      Attaching program,
      UserCode code,
      StaticProbe probe,
      long cookie,
      StaticArgument.Layout layout) {
    try {
      var arguments = StaticArgument.parse(probe.arguments(), code.binary().machine());
      return StaticArgument.spec(arguments, cookie, layout, ByteOrder.nativeOrder());
    } catch (IllegalArgumentException e) {
      throw new BpfException(
          program.what()
              + ": the arguments '"
              + probe.arguments()
              + "' of "
              + code.shown()
              + ": "
              + e.getMessage()
              + "\n  try: a program that takes none: without usdt.bpf.h, the maps of which are"
              + " what wants them",
          e);
    }
  }

  private static List<Long> addresses(
      Attaching program, Usdt point, UserCode code, StaticProbe probe) {
    if (!code.binary().isMovable()) {
      return List.of(probe.address());
    }
    if (point.pid() == 0) {
      throw new org.ebpf4j.error.UnsupportedFeatureException(
          "cookie",
          "5.15",
          program.what()
              + ": this kernel has no cookies (they came in Linux 5.15), so arguments are found by"
              + " the address of the probe, and "
              + code.shown()
              + " is at another in each process"
              + "\n  try: one process, by pid=N");
    }
    var addresses = code.addresses(point.pid(), probe.offset());
    if (addresses.isEmpty()) {
      throw new BpfException(
          program.what() + ": process " + point.pid() + " does not have " + code.shown());
    }
    return addresses;
  }

  private static Attachment probe(Attaching program, Usdt point, UserCode code, List<Spot> spots) {
    var target = new Target(code.path(), false, point.pid());
    return isMulti(program)
        ? UprobeHook.many(program, target, false, spots)
        : UprobeHook.each(program, target, spots);
  }

  /// Whether the program was loaded for links on many places, as it is where the kernel has them.
  private static boolean isMulti(Attaching program) {
    var loaded = program.attachType();
    return loaded.isPresent()
        ? loaded.get() == AttachType.TRACE_UPROBE_MULTI
        : program
                .spec()
                .flatMap(spec -> SectionName.find(spec.section()))
                .filter(SectionName::multiWhereKnown)
                .isPresent()
            && KernelFeatures.ofProcess().has(KernelFeature.UPROBE_MULTI);
  }
}
