// What mongodb-atlas-api-client does with projects and organizations, printed as JSON.
// Arguments: the server's URL, the key's halves, the organization.
const getClient = require("mongodb-atlas-api-client");

const [url, publicKey, privateKey, orgId] = process.argv.slice(2);
const {project, organization} = getClient({
  publicKey,
  privateKey,
  baseUrl: `${url}/api/atlas/v1.0`,
});

async function life() {
  const organizations = await organization.getAll();
  const created = await project.create({name: "Made by Node", orgId});
  const byId = await project.getById(created.id);
  const byName = await project.getByName(encodeURIComponent("Made by Node"));
  const listed = await project.getAll({itemsPerPage: 500});
  const ofOrganization = await organization.getAllProjectsForOrganization(orgId);
  const teams = await project.getTeamsByProjectId(created.id);
  const deleted = await project.delete(created.id);
  const gone = await project.getById(created.id);
  const names = (page) => page.results.map((each) => each.name);
  return {
    organizations: names(organizations),
    same: byId.id === created.id && byName.id === created.id,
    listed: names(listed),
    ofOrganization: names(ofOrganization),
    teams: teams.totalCount,
    deleted,
    gone: gone.errorCode,
  };
}

life().then((seen) => console.log(JSON.stringify(seen)));
