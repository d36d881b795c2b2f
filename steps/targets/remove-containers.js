// A program: removes the containers of these names, whether they run or not. For the moment in which the
// suite's own process ends and can wait for nothing but a program.
import { getContainerRuntimeClient } from 'testcontainers';

const { container } = await getContainerRuntimeClient();
await Promise.allSettled(
  process.argv
    .slice(2)
    .map((name) => container.dockerode.getContainer(name).remove({ force: true })),
);
