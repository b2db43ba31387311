package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import org.ebpf4j.attach.Freplace;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.load.GivenProgram;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Functions of other programs: `RAW_TRACEPOINT_OPEN` on the one that the program was loaded for
/// (since 5.6), `LINK_CREATE` on another one (since 5.10).
final class FreplaceHook {
  private FreplaceHook() {}

  static Attachment attach(Attaching program, Freplace point) {
    LoadedPlace.check(program, point);
    if (point.target().isPresent()) {
      return onOther(program, point, point.target().get());
    }
    var opened = Bpf.rawTracepointOpen("", program.program());
    if (!opened.ok()) {
      throw refusal(program, point, "RAW_TRACEPOINT_OPEN", opened.errno());
    }
    program.step("RAW_TRACEPOINT_OPEN of what it was loaded for: " + opened.fd());
    return Attachment.ofLink(opened.fd());
  }

  private static Attachment onOther(Attaching program, Freplace point, Handle target) {
    var fd = program.descriptor(target);
    var function = function(program, point, target, fd);
    var link = Bpf.linkCreate(new LinkCreate.OnFunction(program.program(), fd, function));
    if (!link.ok()) {
      throw refusal(program, point, "LINK_CREATE", link.errno());
    }
    program.step(
        "LINK_CREATE on type " + function + " of program '" + target.name() + "': " + link.fd());
    return Attachment.ofLink(link.fd());
  }

  private static int function(Attaching program, Freplace point, Handle target, int fd) {
    var types =
        new GivenProgram(target.name(), fd)
            .types(program.what() + ", a function of program '" + target.name() + "'");
    for (var id : types.ids(point.name())) {
      if (types.kind(id) == Kind.FUNCTION) {
        return id;
      }
    }
    var names = new ArrayList<String>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      if (types.kind(id) == Kind.FUNCTION) {
        names.add(types.name(id));
      }
    }
    throw new NotFoundException(
        "function of program '" + target.name() + "'", point.name(), names, program.what());
  }

  private static BpfException refusal(
      Attaching program, Freplace point, String command, int errno) {
    var reason =
        switch (errno) {
          case Errno.EBUSY ->
              "another program has taken the place of the function, or watches it (fentry, fexit),"
                  + " or the program is in a map for tail calls"
                  + Occupant.onFunction(point.name())
                  + "\n  try: ebpf4j link list shows who is there";
          case Errno.EINVAL ->
              "the function is not global, or its arguments are not those that this program was"
                  + " loaded for";
          default -> "";
        };
    return reason.isEmpty()
        ? program.refusal(command, errno, TracingHook.NEEDS)
        : new KernelException(
            command,
            errno,
            program.what()
                + ": "
                + command
                + " on function '"
                + point.name()
                + "': "
                + Errno.describe(errno)
                + ": "
                + reason);
  }
}
