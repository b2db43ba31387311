/// The process as the shell sees it: signals, exit statuses, and files it writes.
@NullMarked
package org.ebpf4j.cli.process;

import org.jspecify.annotations.NullMarked;
