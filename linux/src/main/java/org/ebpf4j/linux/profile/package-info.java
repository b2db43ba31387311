/// What the machine counts while programs run.
@NullMarked
package org.ebpf4j.linux.profile;

import org.jspecify.annotations.NullMarked;
