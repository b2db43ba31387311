package org.ebpf4j.linux.internal.network;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Lirc;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Receivers of infrared light: `PROG_ATTACH` to their device. There are no links: the program
/// stays until it is taken off or the device goes, also where this process is killed. Several
/// programs run one after the other.
public final class LircHook {
  private static final int TYPE = AttachType.LIRC_MODE2.number();
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN);

  private LircHook() {}

  public static Attachment attach(Attaching program, Lirc point) {
    // Kernels since 6.9 want a descriptor that may write.
    var opened = FileIo.openReadWrite(point.device());
    if (opened.errno() == Errno.ENOENT) {
      throw NotFoundException.ofPath(
          program.what()
              + ": there is no device "
              + point.device()
              + "\n  try: ls /dev/lirc*, whose receivers need a kernel with CONFIG_BPF_LIRC_MODE2",
          point.device());
    }
    if (!opened.ok()) {
      throw program.refusal("open " + point.device(), opened.errno());
    }
    var device = opened.fd();
    var held = HeldProgram.of(program.program(), device);
    var errno = Bpf.progAttach(device.number(), program.program(), TYPE, 0);
    if (errno != 0) {
      held.close();
      device.close();
      throw refusal(program, point, errno);
    }
    program.step("PROG_ATTACH lirc_mode2 on " + point.device());
    return Attachment.ofHook(
            List.of(device),
            held,
            () -> {
              var refused = Bpf.progDetach(device.number(), held.number(), TYPE);
              if (refused != 0 && refused != Errno.ENOENT && refused != Errno.ENODEV) {
                throw program.refusal("PROG_DETACH", refused, NEEDS);
              }
            },
            (_, _) -> {
              throw LinkChange.noUpdate(
                  program.what(), "the kernel exchanges no programs of infrared receivers");
            })
        .asking(() ->
            LinkCalls.query(device.number(), TYPE, false)
                .holds(ObjectInfo.program(held.number()).id()));
  }

  private static KernelException refusal(Attaching program, Lirc point, int errno) {
    var why =
        switch (errno) {
          case Errno.EINVAL -> point.device() + " is no receiver that programs can decode for";
          case Errno.EEXIST -> "this program is attached there already";
          case Errno.E2BIG -> "64 programs are attached there, and a device takes no more";
          default -> "";
        };
    return why.isEmpty()
        ? program.refusal("PROG_ATTACH", errno, NEEDS)
        : new KernelException(
            "PROG_ATTACH",
            errno,
            program.what() + ": PROG_ATTACH: " + Errno.describe(errno) + ": " + why);
  }
}
