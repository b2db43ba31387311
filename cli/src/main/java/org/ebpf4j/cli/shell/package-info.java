/// What shells and manuals know of the commands: completion and man pages, made of the commands
/// themselves.
@NullMarked
package org.ebpf4j.cli.shell;

import org.jspecify.annotations.NullMarked;
